// How loud the spoken guidance is.
import QtQuick
import Giliran

Item {
    Label {
        visible: !su.voice
        anchors.centerIn: parent
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: st.sound_none
        wrapMode: Text.Wrap
    }
    Column {
        visible: su.voice
        anchors.centerIn: parent
        spacing: 30 * Theme.unit

        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: 30 * Theme.unit

            BigButton { objectName: "quieter"; icon: "minus"; spoken: "−"; onClicked: staff.louder(-1) }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                width: 150 * Theme.unit
                horizontalAlignment: Text.AlignHCenter
                text: su.volume + " %"
                font.pixelSize: Theme.title
                font.bold: true
            }
            BigButton { objectName: "louder"; icon: "plus"; spoken: "+"; onClicked: staff.louder(1) }
        }
        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.gap

            Repeater {
                model: ui.outputs

                BigButton {
                    required property string modelData
                    objectName: "hear-" + modelData
                    icon: modelData
                    label: st.sound_test
                    onClicked: staff.testSound(modelData)
                }
            }
        }
    }
}
