"""An athlete's runs as several pages show them: loaded, judged, drawn, in words."""
