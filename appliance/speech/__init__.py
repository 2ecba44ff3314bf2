"""The voice of the lobby: from a call to sentences, to sound, to the loudspeaker."""
