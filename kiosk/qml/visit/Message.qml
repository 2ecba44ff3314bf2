// Closed, trouble, a refusal: one picture, one sentence, what to do next.
import QtQuick
import Giliran

Item {
    id: message

    Column {
        readonly property real words: title.height + (time.visible ? time.height + spacing : 0) + (said.visible ? said.height + spacing : 0)
        anchors.centerIn: parent
        width: Math.min(parent.width, (Theme.large ? 960 : 780) * Theme.unit)
        spacing: 14 * Theme.unit

        Rectangle {
            // The words come first.
            visible: parent.words + height + parent.spacing <= message.height
            anchors.horizontalCenter: parent.horizontalCenter
            width: (Theme.large ? 84 : 124) * Theme.unit
            height: width
            radius: width / 2
            color: Theme.accentSoft

            Icon {
                anchors.centerIn: parent
                name: ui.messageIcon
                size: parent.width * 0.53
                color: Theme.accent
                weight: 1.8
            }
        }
        Label {
            id: title
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: ui.messageTitle
            font.pixelSize: (Theme.large ? 54 : 46) * Theme.unit
            font.bold: true
            lineHeight: 0.88
            wrapMode: Text.Wrap
        }
        Label {
            id: time
            visible: text !== ""
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: ui.messageTime
            font.pixelSize: Theme.lead
            color: Theme.accent
            font.bold: true
            wrapMode: Text.Wrap
        }
        Label {
            id: said
            visible: text !== ""
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: ui.messageText
            color: Theme.inkSoft
            wrapMode: Text.Wrap
        }
    }
}
