"""An athlete's runs as several pages show them: loaded, reviewed, drawn, in words."""
