// A video without its sound: the voice is for calls. Loaded only where QtMultimedia is installed.
import QtQuick
import QtMultimedia

Item {
    id: video

    property url source

    signal ended
    signal failed

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
        onErrorOccurred: video.failed()
    }
    VideoOutput {
        id: output
        anchors.fill: parent
        fillMode: VideoOutput.PreserveAspectFit
    }
}
