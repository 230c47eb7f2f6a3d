"""The clips of the library: searched, looked at, played, marked, dragged."""
