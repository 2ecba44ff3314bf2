"""The ticket's layout as data: what is refused, in which words, and what the shipped one says."""

from __future__ import annotations

import pytest

from kiosk.ticket import template as ticket_template
from kiosk.ticket.sample import sample
from kiosk.ticket.slip import Cut, Headline, Logo, Qr, Rule, Text
from kiosk.ticket.template import TemplateError, parse, shipped, shipped_text

NUMBER = '[[block]]\nshow = "number"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[block\n", "this is not TOML: .* line 1"),
        ("footer = 1\n" + NUMBER, "footer is not a known key; there are only"),
        ('[block]\nshow = "number"', "write .*two brackets"),
        ("block = 3", "write .*two brackets"),
        ("", 'on 80 mm there are 0 with show = "number"; there must be one'),
        (NUMBER + NUMBER, "on 80 mm there are 2"),
        (NUMBER + "paper = 80", "on 58 mm there are 0"),
        (NUMBER * 61, "61 are too many; 60 at most"),
        (NUMBER + "[[block]]\nbold = true", "block 2: show is missing; write one of logo, office, service"),
        (NUMBER + '[[block]]\nshow = "servise"', "block 2: show = 'servise' is not known; write service$"),
        (NUMBER + '[[block]]\nshow = ["qr"]', "block 2: show = .* is not known"),
        (
            NUMBER + '[[block]]\nshow = "office"\nsiez = 2',
            r"block 2 \(office\): siez is not a known key here; write size",
        ),
        (NUMBER + '[[block]]\nshow = "rule"\nsize = 2', r"block 2 \(rule\): size is not a known key here"),
        (
            NUMBER + '[[block]]\nshow = "office"\nsize = 9',
            r"size = 9 cannot be meant; write 1 to 8, or \[across, down\]",
        ),
        (NUMBER + '[[block]]\nshow = "office"\nsize = [1, "a"]', "size = .* cannot be meant; write 1 to 8"),
        (
            '[[block]]\nshow = "number"\nsize = "fit"',
            r"block 1 \(number\): size = 'fit' cannot be meant; .*leave it out",
        ),
        (NUMBER + '[[block]]\nshow = "office"\nbold = 1', "bold = 1 cannot be meant; write true or false"),
        (NUMBER + '[[block]]\nshow = "office"\nalign = "middle"', 'write "center", "left" or "right"'),
        (NUMBER + '[[block]]\nshow = "office"\nlanguage = "id"', 'write "main" or "second"'),
        (NUMBER + '[[block]]\nshow = "office"\nabove = 31', "write millimetres, 0 to 30"),
        (NUMBER + '[[block]]\nshow = "class"\npaper = 72', "write 80 or 58, or leave it out"),
        (NUMBER + '[[block]]\nshow = "text"', r"block 2 \(text\): words is missing; write { id ="),
        (NUMBER + '[[block]]\nshow = "text"\nwords = {}', "words = {} cannot be meant"),
        (NUMBER + '[[block]]\nshow = "text"\nwords = { id = "" }', "words = .* cannot be meant"),
        (NUMBER + '[[block]]\nshow = "footer"\nwords = { Indonesia = "a" }', "words = .* cannot be meant"),
        (NUMBER + '[[block]]\nshow = "footer"\nwords = "Terima kasih"', "words = .* cannot be meant"),
        (NUMBER + '[[block]]\nshow = "qr"\nmodule = 2', "write dots, 3 to 16"),
        (NUMBER + '[[block]]\nshow = "logo"\nwidth = 0.5', "write hundredths of the paper's width"),
        (NUMBER + '[[block]]\nshow = "date"\nof = "hour"', 'write "both", "day" or "time"'),
        (NUMBER + '[[block]]\nshow = "window"\nof = "hour"', 'write "minutes" or "clock"'),
        (NUMBER + '[[block]]\nshow = "checklist"\nof = "row"', 'write "list" or "paragraph"'),
    ],
)
def test_a_wrong_layout_is_refused_with_key_and_fix(text: str, sentence: str) -> None:
    with pytest.raises(TemplateError, match=sentence):
        parse(text)


def test_the_shipped_layout_uses_every_block_and_both_papers() -> None:
    kinds = {type(block) for block in shipped().blocks}
    assert kinds == set(ticket_template._KINDS.values()) - {ticket_template.Text}
    assert parse(shipped_text()) == shipped()
    assert shipped().on(80) != shipped().on(58)


def test_the_order_and_the_words_are_the_offices() -> None:
    template = parse(
        """
        [[block]]
        show = "footer"
        words = { id = "Layanan ini gratis", en = "This service is free" }
        size = [1, 2]
        align = "left"
        [[block]]
        show = "number"
        size = [4, 5]
        reverse = true
        [[block]]
        show = "rule"
        [[block]]
        show = "text"
        words = { id = "Wifi: antrean" }
        paper = 58
        [[block]]
        show = "qr"
        module = 9
        [[block]]
        show = "logo"
        width = 30
        """
    )
    wide = sample(template=template)
    assert [type(line) for line in wide] == [Text, Headline, Rule, Qr, Logo, Cut]
    assert wide[0] == Text("Layanan ini gratis", 1, 2, align="left")
    assert (wide[1].width, wide[1].height, wide[1].reverse, wide[1].free) == (4, 5, True, False)
    assert (wide[3].module, wide[4].width) == (9, 30)
    narrow = sample(template=template, width=384, languages=("en", "id"))
    assert [line.text for line in narrow if isinstance(line, Text)] == [
        "This service is free",
        "A012",
        "Wifi: antrean",
    ]


def test_a_size_beyond_the_paper_is_made_to_fit() -> None:
    number = sample("ABC123", template=parse(NUMBER + "size = 8"))[0]
    assert isinstance(number, Headline)
    assert number.width * len(number.text) * 12 <= 576
    assert number.height == 8


def test_the_second_language_is_left_out_where_it_would_say_the_same() -> None:
    template = parse(NUMBER + '[[block]]\nshow = "office"\n[[block]]\nshow = "office"\nlanguage = "second"')
    assert sum(isinstance(line, Text) for line in sample(template=template, long=True)) == 2
    assert sum(isinstance(line, Text) for line in sample(template=template)) == 3
    assert sum(isinstance(line, Text) for line in sample(template=template, languages=("id",))) == 2
