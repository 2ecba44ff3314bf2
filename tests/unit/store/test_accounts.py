"""Accounts of staff: who is let in, for how long, and what a file that is stolen, full or cut off gives away."""

from __future__ import annotations

import os
import re
import stat
import threading

import pytest

from appliance.people import Permission, Role
from appliance.store.accounts import Accounts, NotAccepted, NotLetIn, accounts, tries
from appliance.store.database import StorageFault
from appliance.units import DAY, HOUR, MINUTE, SECOND

PASSWORD = "sawah hijau 7"  # noqa: S105  # a test's
OTHER = "gunung merapi 3"
PIN = "274915"
DESK_PC = "10.0.0.7"
ELSEWHERE = "10.0.0.66"


class Time:
    def __init__(self):
        self.ms = 5_000_000

    def __call__(self):
        return self.ms


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "accounts.db"


@pytest.fixture
def kept(file, time):
    kept = Accounts(file, time)
    kept.add("Siti Aminah", Role.OFFICER, password=PASSWORD, pin=PIN)
    kept.add("Budi", Role.ADMINISTRATOR, password=OTHER)
    yield kept
    kept.close()


def refused(*arguments, **words):
    """Return field and code of what was not accepted."""
    call, *arguments = arguments
    with pytest.raises(NotAccepted) as error:
        call(*arguments, **words)
    return error.value.field, error.value.code


def shut_out(call, *arguments):
    """Return why somebody was not let in, and for how long they wait."""
    with pytest.raises(NotLetIn) as error:
        call(*arguments)
    return error.value.code, error.value.wait_ms


def restarted(kept, file, time):
    """A restart of the machine: the monotonic clock begins anew."""
    kept.close()
    time.ms = 17
    return Accounts(file, time)


def test_somebody_signs_in_by_password_or_pin_however_the_name_is_written(kept):
    for name, secret in [("Siti Aminah", PASSWORD), ("SITI aminah", PIN)]:
        token, session = kept.sign_in(name, secret, DESK_PC)
        assert (session.person.name, session.person.role, session.address) == ("Siti Aminah", Role.OFFICER, DESK_PC)
        assert kept.session(token) == session
        assert len(token) >= 43  # 256 bits
    assert len({session.id for session in kept.sessions("siti aminah")}) == 2


def test_a_wrong_secret_an_unknown_name_and_a_session_that_is_none_open_nothing(kept):
    assert shut_out(kept.sign_in, "Siti Aminah", "sawah hijau 8", DESK_PC) == ("wrong", 0)
    assert shut_out(kept.sign_in, "Siti Aminah", "274916", DESK_PC)[0] == "wrong"
    assert shut_out(kept.sign_in, "Sita", PASSWORD, DESK_PC)[0] == "wrong"
    assert shut_out(kept.sign_in, "Budi", PIN, ELSEWHERE)[0] == "wrong"  # he has no PIN
    assert shut_out(kept.sign_in, "\ud800" * 9, "\ud800" * 100_000, ELSEWHERE)[0] == "wrong"
    assert kept.session("") is None
    assert kept.session("\ud800") is None


def test_names_are_those_that_may_stand_in_the_log_and_no_two_are_the_same(kept):
    for name in ["", " ", "a\nb", "Siti\u3164", " Siti", "...", "x" * 65, "\ud800"]:
        assert refused(kept.add, name, Role.OFFICER) == ("name", "shape")
    assert refused(kept.add, "siti AMINAH", Role.OFFICER) == ("name", "taken")
    kept.add("Ren\u00e9e", Role.DESK)
    assert refused(kept.add, "RENE\u0301E", Role.DESK) == ("name", "taken")
    assert kept.person("rene\u0301e").name == "Ren\u00e9e"
    assert [one.name for one in kept.people()] == ["Budi", "Ren\u00e9e", "Siti Aminah"]


def test_each_has_a_number_of_their_own(kept):
    kept.change("Siti Aminah", active=False)
    kept.add("Wayan", Role.DESK)
    assert {one.name: one.number for one in kept.people()} == {"Siti Aminah": "10", "Budi": "11", "Wayan": "12"}


@pytest.mark.parametrize(
    ("secrets", "why"),
    [
        ({"password": "kurang"}, ("password", "too_short")),
        ({"password": "panjang " * 20}, ("password", "too_long")),
        ({"password": "ababababab"}, ("password", "too_simple")),
        ({"password": "1029384756"}, ("password", "too_simple")),  # a PIN's shape
        ({"password": "rahasia\ud800sekali"}, ("password", "unseen")),
        ({"password": "putu WAYAN sari"}, ("password", "too_simple")),
        ({"pin": "12345"}, ("pin", "shape")),
        ({"pin": "1234567890123"}, ("pin", "shape")),
        ({"pin": "١٢٣٤٥٦"}, ("pin", "shape")),
        ({"pin": "123456"}, ("pin", "too_simple")),
        ({"pin": "987654"}, ("pin", "too_simple")),
        ({"pin": "111111"}, ("pin", "too_simple")),
        ({"pin": "121212"}, ("pin", "too_simple")),
        ({"pin": "27272727272"}, ("pin", "too_simple")),
    ],
)
def test_secrets_that_anybody_would_try_first_are_refused(kept, secrets, why):
    assert refused(kept.add, "Putu Wayan Sari", Role.DESK, **secrets) == why
    assert kept.person("Putu Wayan Sari") is None


def test_what_changes_about_somebody_ends_their_sessions(kept):
    for change in [{"role": Role.DESK}, {"password": "laut biru 99"}, {"pin": "825193"}, {"active": False}]:
        kept.change("Siti Aminah", active=True, password=PASSWORD)
        token, _ = kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
        budi, _ = kept.sign_in("Budi", "gunung merapi 3", DESK_PC)
        kept.change("siti aminah", **change)
        assert kept.session(token) is None
        assert kept.session(budi) is not None
    assert shut_out(kept.sign_in, "Siti Aminah", PASSWORD, DESK_PC)[0] == "inactive"
    assert shut_out(kept.sign_in, "Siti Aminah", "sawah hijau 0", DESK_PC)[0] == "wrong"
    assert refused(kept.change, "Nobody", active=False) == ("name", "unknown")


def test_a_change_of_nothing_ends_nothing(kept):
    token, _ = kept.sign_in("Siti Aminah", PIN, DESK_PC)
    kept.change("Siti Aminah", role=Role.OFFICER, active=True)
    assert kept.session(token) is not None


def test_the_last_administrator_stays(kept):
    for change in [{"role": Role.HEAD}, {"active": False}, {"password": ""}]:
        assert refused(kept.change, "Budi", **change) == ("role", "last_administrator")
        assert kept.sign_in("Budi", "gunung merapi 3", DESK_PC)[1].person.role is Role.ADMINISTRATOR
    kept.change("Siti Aminah", role=Role.ADMINISTRATOR)
    kept.change("Budi", active=False)
    assert refused(kept.change, "Siti Aminah", role=Role.VIEWER) == ("role", "last_administrator")


def test_sessions_end_by_disuse_and_in_any_case(kept, time):
    officer, _ = kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    administrator, _ = kept.sign_in("Budi", "gunung merapi 3", DESK_PC)
    time.ms += 29 * MINUTE
    assert kept.session(administrator)
    time.ms += 29 * MINUTE
    assert kept.session(administrator)  # it was used in between
    time.ms += 30 * MINUTE
    assert kept.session(administrator) is None
    time.ms += 2 * HOUR
    for _ in range(3):
        assert kept.session(officer)
        time.ms += 3 * HOUR
    assert kept.session(officer) is None  # 12 hours
    assert kept.sessions("Siti Aminah") == []


def test_a_restart_neither_renews_a_session_nor_ends_it(kept, file, time):
    token, _ = kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    time.ms += 3 * HOUR
    kept = restarted(kept, file, time)
    time.ms += 59 * MINUTE
    assert kept.session(token)
    for _ in range(8):
        time.ms += HOUR - MINUTE
        kept.keep_time()
        assert kept.session(token)
        kept = restarted(kept, file, time)
    time.ms += 10 * MINUTE
    assert kept.session(token) is None
    kept.close()


def test_a_pulled_plug_costs_the_running_time_a_minute_at_most(kept, file, time, tmp_path):
    token, _ = kept.sign_in("Budi", "gunung merapi 3", DESK_PC)
    for _ in range(29):
        time.ms += MINUTE
        kept.keep_time()
    time.ms += 59 * SECOND
    stolen = tmp_path / "as-it-was.db"
    stolen.write_bytes(file.read_bytes())
    time.ms = 3
    after = Accounts(stolen, time)
    assert after.session(token)
    after.close()
    after = Accounts(stolen, time)
    time.ms += 2 * MINUTE
    assert after.sessions("Budi") != []
    time.ms += 30 * MINUTE
    assert after.session(token) is None
    after.close()


def test_whoever_confirms_is_believed_for_five_minutes(kept, time):
    token, session = kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    assert not session.confirmed
    assert shut_out(kept.confirm, token, "something else", DESK_PC)[0] == "wrong"
    assert not kept.session(token).confirmed
    assert kept.confirm(token, PIN, DESK_PC).confirmed
    time.ms += 5 * MINUTE - 1
    assert kept.session(token).confirmed
    time.ms += 1
    assert not kept.session(token).confirmed
    assert shut_out(kept.confirm, "no token", PASSWORD, DESK_PC)[0] == "wrong"


def test_sessions_are_ended_one_by_one_all_at_once_and_by_their_number(kept):
    first, _ = kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    second, _ = kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    kept.sign_out(first)
    kept.sign_out("none")
    assert kept.session(first) is None
    assert kept.session(second)
    kept.end_sessions("siti aminah")
    assert kept.session(second) is None
    tokens = [kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)[0] for _ in range(22)]
    assert len(kept.sessions("Siti Aminah")) == 20
    assert kept.session(tokens[-1])


def test_each_session_has_a_word_of_its_own_for_its_pages(kept):
    token, one = kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    _, other = kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    assert one.csrf
    assert one.csrf != other.csrf
    assert kept.session(token).csrf == one.csrf
    assert {session.csrf for session in kept.sessions("Siti Aminah")} == {""}


# -- guessing ----------------------------------------------------------------------------------------------------------


def guess(kept, count, name="Siti Aminah", address=ELSEWHERE):
    """Return the answers to ``count`` wrong passwords in a row."""
    return [shut_out(kept.sign_in, name, f"wrong password {n}", address) for n in range(count)]


def test_guessing_costs_an_address_more_and_more_time(kept, time):
    waits = []
    for _ in range(12):
        code, wait = guess(kept, 1)[0]
        assert code == "wrong"
        waits.append(wait)
        if wait:
            assert shut_out(kept.sign_in, "Siti Aminah", PASSWORD, ELSEWHERE)[0] == "wait"
        time.ms += wait
    assert waits == [0] * 4 + [30_000 << n for n in range(5)] + [15 * MINUTE] * 3


def test_whoever_is_flooded_from_elsewhere_gets_in_within_a_minute(kept, time):
    for n in range(300):  # from many places
        shut_out(kept.sign_in, "Siti Aminah", "wrong password", f"10.1.{n // 200}.{n % 200}")
        time.ms += 300
    code, wait = shut_out(kept.sign_in, "Siti Aminah", PASSWORD, DESK_PC)
    assert code == "wait"
    assert 0 < wait <= MINUTE
    assert kept.sign_in("Budi", "gunung merapi 3", DESK_PC)
    time.ms += wait
    assert kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)


def test_one_address_does_not_lock_somebody_out_elsewhere(kept):
    guess(kept, 200)
    assert kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)


def test_one_who_has_an_account_does_not_clear_with_it_what_was_tried_on_others(kept):
    guess(kept, 4)
    kept.sign_in("Budi", "gunung merapi 3", ELSEWHERE)
    assert guess(kept, 1) == [("wrong", 30_000)]


def test_many_addresses_of_one_ipv6_site_are_one_place(kept):
    for n in range(5):
        guess(kept, 1, address=f"fe80::{n}%eth0")
    assert guess(kept, 1, address="fe80::1234") == [("wait", 30_000)]


def test_waits_outlive_a_restart_and_are_not_longer_for_it(kept, file, time):
    guess(kept, 5)
    time.ms += 10 * SECOND
    kept = restarted(kept, file, time)
    assert guess(kept, 1) == [("wait", 20_000)]
    time.ms += 20 * SECOND
    assert guess(kept, 1) == [("wrong", 60_000)]
    kept.close()


def test_a_try_is_on_the_disk_before_it_is_looked_at(kept, file, time, tmp_path, monkeypatch):
    """The plug is pulled in the moment of each guess: the count goes on."""
    stolen = tmp_path / "as-it-was.db"

    def plug(_, secret, kept_):
        stolen.write_bytes(file.read_bytes())
        return False

    monkeypatch.setattr(accounts.hashing.Hasher, "fits", plug)
    guess(kept, 5)
    after = Accounts(stolen, time)
    assert guess(after, 1)[0][0] == "wait"
    after.close()


def test_an_hour_without_a_wrong_try_and_a_new_password_forget_them(kept, time):
    guess(kept, 4)
    time.ms += HOUR + 1
    assert guess(kept, 1) == [("wrong", 0)]
    for n in range(9):
        guess(kept, 1, address=f"10.3.0.{n}")
    assert guess(kept, 1, address=DESK_PC)[0][0] == "wait"
    kept.change("Siti Aminah", password=OTHER)
    assert kept.sign_in("Siti Aminah", OTHER, DESK_PC)


def test_counted_tries_are_bounded(kept, file, time, monkeypatch):
    monkeypatch.setattr(tries, "MOST_ROWS", 20)
    monkeypatch.setattr(accounts.hashing.Hasher, "fits", lambda *_: False)
    for n in range(60):
        guess(kept, 1, name=f"name {n}", address=f"10.9.0.{n}")
    assert kept._db.execute("SELECT count(*) FROM try").fetchone()[0] <= 20


def test_unknown_names_people_without_a_secret_and_those_who_left_cost_one_hash_as_well(kept, monkeypatch):
    kept.add("Left", Role.OFFICER, password=PASSWORD)
    kept.change("Left", active=False)
    hashes = []
    real = accounts.hashing.PasswordHasher.verify
    monkeypatch.setattr(accounts.hashing.PasswordHasher, "verify", lambda *words: hashes.append(1) or real(*words))
    for n, name in enumerate(["Siti Aminah", "Nobody", "Left", "Budi"]):
        hashes.clear()
        shut_out(kept.sign_in, name, "wrong password", f"10.4.0.{n}")
        assert hashes == [1], name


def test_hashes_are_made_one_at_a_time_and_never_while_the_file_is_locked(kept, monkeypatch):
    inside, most, seen = [], [], []
    real = accounts.hashing.PasswordHasher.verify
    gate = threading.Event()

    def verify(*words):
        inside.append(1)
        most.append(len(inside))
        gate.wait(30)
        try:
            return real(*words)
        finally:
            inside.pop()

    monkeypatch.setattr(accounts.hashing.PasswordHasher, "verify", verify)
    token, codes = [], []

    def enter(n):
        try:
            token.append(kept.sign_in("Siti Aminah", PASSWORD, f"10.5.0.{n}"))
        except NotLetIn as error:
            codes.append(error.code)

    threads = [threading.Thread(target=enter, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    while not most or len(codes) < 4:
        seen.append(len(kept.people()))
    seen.append(len(kept.people()))  # answered though a hash is under way
    gate.set()
    for thread in threads:
        thread.join()
    assert set(seen) == {2}
    assert most == [1] * 8
    assert codes == ["wait"] * 4  # more than eight in the queue are told to come again
    assert len(token) == 8


def test_a_staff_number_and_its_pin_name_a_person(kept):
    assert kept.with_pin("10", PIN).name == "Siti Aminah"
    for number, pin in [("10", "274916"), ("10", PASSWORD), ("11", PIN), ("99", PIN), ("11", "")]:
        assert shut_out(kept.with_pin, number, pin)[0] == "wrong"
    kept.change("Siti Aminah", active=False)
    assert shut_out(kept.with_pin, "10", PIN)[0] == "inactive"


def test_somebody_who_is_put_out_while_they_sign_in_stays_out(kept, monkeypatch):
    real = accounts.hashing.Hasher.fits

    def fits(hasher, secret, hashed):
        monkeypatch.setattr(accounts.hashing.Hasher, "fits", real)
        kept.change("Siti Aminah", active=False)
        return real(hasher, secret, hashed)

    monkeypatch.setattr(accounts.hashing.Hasher, "fits", fits)
    assert shut_out(kept.sign_in, "Siti Aminah", PASSWORD, DESK_PC)[0] == "wrong"
    assert kept.sessions("Siti Aminah") == []


# -- the file ----------------------------------------------------------------------------------------------------------


def test_the_file_is_its_owners_alone_and_holds_no_secret(kept, file):
    token, session = kept.sign_in("Siti Aminah", PIN, DESK_PC)
    _, api = kept.make_token("Antrean online", frozenset({Permission.WALL_READ}), None, "Budi")
    shut_out(kept.sign_in, "password in the wrong field", PASSWORD, DESK_PC)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = b"".join(one.read_bytes() for one in file.parent.iterdir())
    for secret in [PASSWORD, PIN, token, session.csrf, api, "password in the wrong field"]:
        assert secret.encode() not in content
    assert re.search(rb"\$argon2id\$v=19\$m=19456,t=2,p=1\$", content)


@pytest.mark.parametrize(("of_folder", "of_file"), [(0o2750, 0o640), (0o750, 0o640), (0o700, 0o600), (0o755, 0o600)])
def test_a_folder_for_a_group_lets_that_group_read_whatever_the_umask_is(tmp_path, time, of_folder, of_file):
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(of_folder)
    before = os.umask(0o077)
    Accounts(folder / "accounts.db", time).close()
    os.umask(before)
    assert stat.S_IMODE((folder / "accounts.db").stat().st_mode) == of_file


def test_a_reader_sees_what_the_writer_writes_and_writes_nothing(kept, file, time):
    reader = Accounts(file, time, read_only=True)
    token, _ = kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    time.ms += 10 * MINUTE
    before = file.read_bytes()
    assert reader.session(token)
    assert reader.person("budi").role is Role.ADMINISTRATOR
    with pytest.raises(StorageFault, match="read only"):
        reader.add("Wayan", Role.DESK)
    reader.close()
    assert file.read_bytes() == before
    assert not kept._db.in_transaction


def test_two_who_write_see_each_others_work(kept, file, time):
    """The verb on the hub's box beside the web."""
    verb = Accounts(file, time)
    token, _ = kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    verb.end_sessions("Siti Aminah")
    assert kept.session(token) is None
    verb.add("Wayan", Role.DESK)
    assert kept.person("Wayan")
    verb.close()


def test_a_missing_and_a_damaged_file_are_told(tmp_path, time):
    with pytest.raises(StorageFault, match=r"accounts\.db"):
        Accounts(tmp_path / "accounts.db", time, read_only=True)
    (tmp_path / "accounts.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageFault, match="damaged"):
        Accounts(tmp_path / "accounts.db", time)


@pytest.mark.expects_log("sessions end as if nobody had used them")
def test_a_full_disk_is_told_keeps_nothing_by_half_and_puts_nobody_out(time, tmp_path, small_disk, fill):
    disk = small_disk(tmp_path / "disk", "256k")
    kept = Accounts(disk / "accounts.db", time)
    kept.add("Siti Aminah", Role.OFFICER, password=PASSWORD)
    token, _ = kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    film = fill(disk)
    with pytest.raises(StorageFault, match="full"):
        kept.add("Wayan", Role.DESK, password=PASSWORD)
    with pytest.raises(StorageFault, match="full"):
        kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    time.ms += 2 * MINUTE
    assert kept.session(token)
    film.unlink()
    assert [one.name for one in kept.people()] == ["Siti Aminah"]
    assert kept.sign_in("Siti Aminah", PASSWORD, DESK_PC)
    kept.close()


# -- tokens and the first administrator --------------------------------------------------------------------------------


def test_a_token_opens_until_it_ends_or_is_revoked(kept, time):
    scopes = frozenset({Permission.WALL_READ, Permission.REPORTS_READ})
    made, plain = kept.make_token("Antrean online", scopes, 2, "Budi")
    endless, _ = kept.make_token("Layar kota", scopes, None, "Budi")
    assert (made.label, made.scopes, made.by, made.left_ms) == ("Antrean online", scopes, "Budi", 2 * DAY)
    assert (made.last_used, endless.left_ms) == (None, None)
    assert kept.token(plain).id == made.id
    time.ms += HOUR
    assert {one.id: one.last_used for one in kept.tokens()} == {made.id: HOUR, endless.id: None}
    time.ms += 2 * DAY
    assert kept.token(plain) is None
    another, plain = kept.make_token("Antrean online", scopes, None, "Budi")
    kept.revoke_token(another.id)
    assert kept.token(plain) is None
    assert next(one for one in kept.tokens() if one.id == another.id).revoked
    assert kept.token("giliran_nothing") is None


def test_tokens_that_make_no_sense_are_refused_and_old_ones_forgotten(kept):
    some = frozenset({Permission.WALL_READ})
    assert refused(kept.make_token, "", some, 1, "Budi") == ("label", "shape")
    assert refused(kept.make_token, "x", frozenset(), 1, "Budi") == ("scopes", "none")
    assert refused(kept.make_token, "x", some, 0, "Budi") == ("days", "range")
    assert refused(kept.revoke_token, "unknown") == ("id", "unknown")
    assert refused(kept.revoke_token, "\ud800") == ("id", "unknown")
    for n in range(105):
        kept.revoke_token(kept.make_token(f"x{n}", some, 1, "Budi")[0].id)
    assert len(kept.tokens()) == 100
    for n in range(100):
        kept.make_token(f"y{n}", some, 1, "Budi")
    assert refused(kept.make_token, "z", some, 1, "Budi") == ("label", "too_many")


@pytest.fixture
def empty(file, time):
    empty = Accounts(file, time)
    yield empty
    empty.close()


def test_the_code_makes_the_first_administrator_once(empty, file):
    code = empty.first_code()
    assert code.encode() not in file.read_bytes()
    assert not empty.has_administrator()
    assert refused(empty.claim, code, "Budi", "short", DESK_PC) == ("password", "too_short")
    assert refused(empty.claim, code, "Budi", "", DESK_PC) == ("password", "too_short")
    token, session = empty.claim(code.lower().replace("-", " "), "Budi", PASSWORD, DESK_PC)
    assert session.person.role is Role.ADMINISTRATOR
    assert empty.session(token) == session
    assert empty.has_administrator()
    assert shut_out(empty.claim, code, "Eve", PASSWORD, ELSEWHERE)[0] == "wrong"
    assert refused(empty.first_code) == ("code", "has_administrator")


def test_a_code_is_replaced_by_the_next_and_ends(empty, time):
    old, new = empty.first_code(), empty.first_code()
    assert shut_out(empty.claim, old, "Budi", PASSWORD, DESK_PC)[0] == "wrong"
    time.ms += 30 * MINUTE
    assert shut_out(empty.claim, new, "Budi", PASSWORD, DESK_PC)[0] == "wrong"


def test_a_few_wrong_codes_from_anywhere_end_the_code(empty):
    code = empty.first_code()
    for n in range(5):
        assert shut_out(empty.claim, "AAAA-BBBB-CCCC", "Eve", PASSWORD, f"10.6.0.{n}")[0] == "wrong"
    assert shut_out(empty.claim, code, "Budi", PASSWORD, DESK_PC)[0] == "wrong"
    assert empty.claim(empty.first_code(), "Budi", PASSWORD, DESK_PC)


def test_somebody_without_any_secret_is_no_administrator_yet(empty):
    empty.add("Budi", Role.ADMINISTRATOR)
    assert not empty.has_administrator()
    assert empty.first_code()


def test_a_morning_in_which_everybody_signs_in_at_once_from_one_address_lets_everybody_in(kept):
    names = [f"Petugas {number}" for number in range(8)]
    for name in names:
        kept.add(name, Role.OFFICER, password=PASSWORD)
    ready, outcomes = threading.Barrier(len(names)), []

    def enter(name):
        ready.wait()
        try:
            kept.sign_in(name, PASSWORD, DESK_PC)
            outcomes.append("in")
        except NotLetIn as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=enter, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["in"] * len(names)
