// Ending the program, so that it is started anew.
import QtQuick
import Giliran

Item {
    Column {
        anchors.centerIn: parent
        width: parent.width
        spacing: 30 * Theme.unit

        Label {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: st.restart_question
            font.pixelSize: Theme.lead
            wrapMode: Text.Wrap
        }
        BigButton {
            objectName: "restart-yes"
            anchors.horizontalCenter: parent.horizontalCenter
            kind: "main"
            icon: "power"
            label: st.restart_yes
            onClicked: staff.restart()
        }
    }
}
