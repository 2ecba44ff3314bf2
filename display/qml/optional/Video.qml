// A video without its sound: the voice is for calls. Loaded only where QtMultimedia is installed.
import QtQuick
import QtMultimedia

Item {
    id: video

    property url source

    signal ended

    function again() {
        player.setPosition(0);
        player.play();
    }

    MediaPlayer {
        id: player
        source: video.source
        videoOutput: output
        onSourceChanged: if (source !== "") play()
        onMediaStatusChanged: {
            if (mediaStatus === MediaPlayer.EndOfMedia)
                video.ended();
        }
        onErrorOccurred: wait.restart()
    }
    // What cannot be played is passed over, but not in haste.
    Timer {
        id: wait
        interval: 1000
        onTriggered: video.ended()
    }
    VideoOutput {
        id: output
        anchors.fill: parent
        fillMode: VideoOutput.PreserveAspectFit
    }
}
