// Pictures, videos and pages while nobody is called. They give way to a call; the last call stays below them.
import QtQuick
import Giliran

Rectangle {
    id: media

    property real v: 10
    property real small: 40
    property int most: 2
    property bool shown: false
    property int index: 0
    readonly property var slides: ui.slides
    readonly property var slide: slides.length > 0 ? slides[index % slides.length] : null
    readonly property string kind: shown && slide ? slide.kind : ""
    // Without a graphics chip Qt Quick cannot put a video on the glass.
    readonly property string unplayable: kind === "video" && GraphicsInfo.api === GraphicsInfo.Software ? slide.source : ""
    onUnplayableChanged: if (unplayable !== "") giveUp()

    visible: shown
    color: look.brand
    clip: true

    // What cannot be shown is told, and leaves the slides; if nothing is left the board shows its calls.
    function giveUp() {
        if (slide)
            ui.unshowable = slide.source;
        pass.restart();
    }
    function next() {
        index = (index + 1) % Math.max(1, slides.length);
    }

    Timer {
        id: turn
        interval: Math.max(1000, ui.slideSeconds * 1000 / ui.rate)
        repeat: true
        running: media.shown && media.kind !== "video" && media.slides.length > 1
        onTriggered: media.next()
    }
    // A file that cannot be shown is passed over, but not in haste: all of them may be broken.
    Timer {
        id: pass
        interval: 1000
        onTriggered: media.next()
    }

    Kawung {
        anchors.fill: parent
        tile: 17 * media.v
        visible: media.kind === "page"
    }
    Item {
        id: frame
        objectName: "slide-" + media.kind
        width: parent.width
        height: parent.height - ribbon.height

        Rectangle {
            anchors.fill: parent
            visible: media.kind === "picture" || media.kind === "video"
            color: "#0b1417"
        }
        Image {
            id: picture
            objectName: "picture"
            anchors.fill: parent
            visible: media.kind === "picture"
            source: media.kind === "picture" ? media.slide.source : ""
            sourceSize: Qt.size(frame.width, frame.height) // a photograph is not kept in full
            fillMode: Image.PreserveAspectFit
            asynchronous: true
            autoTransform: true
            cache: false
            opacity: status === Image.Ready ? 1 : 0
            onStatusChanged: if (status === Image.Error) media.giveUp()
            Behavior on opacity { NumberAnimation { duration: 2 * Theme.calm } }
        }
        Loader {
            id: video
            anchors.fill: parent
            active: media.kind === "video" && media.unplayable === ""
            source: active ? Qt.resolvedUrl("optional/Video.qml") : ""
            onStatusChanged: if (status === Loader.Error) media.giveUp()
            onLoaded: item.source = Qt.binding(() => media.kind === "video" ? media.slide.source : "")
        }
        Connections {
            target: video.item
            function onFailed() {
                media.giveUp();
            }
            function onEnded() {
                if (media.slides.length > 1)
                    media.next();
                else
                    video.item.again();
            }
        }
        Column {
            visible: media.kind === "page"
            anchors.centerIn: parent
            width: parent.width - 12 * media.v
            spacing: 3 * media.v

            Label {
                width: parent.width
                text: media.kind === "page" ? media.slide.title : ""
                color: look.highlight
                font.pixelSize: Math.min(9 * media.v, 0.085 * media.width)
                maximumLineCount: 2
                elide: Text.ElideRight
                font.bold: true
                wrapMode: Text.Wrap
                lineHeight: 0.9
                horizontalAlignment: Text.AlignHCenter
            }
            Label {
                visible: text !== ""
                width: parent.width
                height: Math.min(implicitHeight, frame.height * 0.55)
                text: media.kind === "page" ? media.slide.body : ""
                color: look.overBrand
                font.pixelSize: 5.6 * media.v
                fontSizeMode: Text.Fit
                minimumPixelSize: media.small
                wrapMode: Text.Wrap
                horizontalAlignment: Text.AlignHCenter
            }
        }
    }
    Rectangle {
        id: ribbon
        y: parent.height - height
        width: parent.width
        height: ui.number !== "" ? 12.5 * media.v : 0
        visible: ui.number !== ""
        color: look.brandLight

        Row {
            id: latest
            x: 3 * media.v
            height: parent.height
            spacing: 1.8 * media.v

            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: ui.number
                color: look.overBrand
                font.pixelSize: 8.6 * media.v
                font.bold: true
            }
            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: "arrow"
                size: 6 * media.v
                weight: 2.8
                rotation: ui.turn
                color: look.highlight
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: ui.counter
                width: Math.min(implicitWidth, media.width - 48 * media.v)
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: media.small
                color: look.highlight
                font.pixelSize: 6.4 * media.v
                font.bold: true
                elide: Text.ElideRight
            }
        }
        LastCalls {
            v: media.v
            small: media.small
            most: media.most
            visible: look.last_calls && x > latest.x + latest.width + 2 * media.v
            x: parent.width - width - 3 * media.v
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
