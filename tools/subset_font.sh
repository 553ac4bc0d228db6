#!/usr/bin/env bash
# Make the one font of the pages anew: Source Serif 4, semibold, Latin letters alone, under a name of its own as its
# licence asks ("Source" is a reserved font name). Needs npm; uv comes with the tools of `make test`.
#     tools/subset_font.sh
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
static="$here/integration/web/static/vendor"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent @fontsource/source-serif-4@5.3.1 >/dev/null
tar xzf fontsource-source-serif-4-*.tgz
tools=("$here/.venv/bin/uv" run --quiet --no-project --with fonttools==4.* --with brotli==1.*)
# The letters of European languages, and the signs that our headings and big numbers use.
letters="U+20-7E,U+A0-17F,U+218-21B,U+2010-2014,U+2018-201E,U+2022,U+2026,U+202F,U+2032,U+2033,U+2212"
for part in latin latin-ext; do
  "${tools[@]}" pyftsubset "package/files/source-serif-4-$part-600-normal.woff2" --unicodes="$letters" \
    --layout-features=kern,liga,mark,mkmk,ccmp,locl,lnum,tnum --no-hinting --output-file="$part.ttf"
done
"${tools[@]}" pyftmerge latin.ttf latin-ext.ttf --output-file=merged.ttf
"${tools[@]}" python - merged.ttf "$static/backstride-serif.woff2" <<'PYTHON'
import sys
from fontTools.ttLib import TTFont

font = TTFont(sys.argv[1])
names = {1: "Backstride Serif", 2: "Regular", 4: "Backstride Serif Semibold", 6: "BackstrideSerif-Semibold"}
kept = [record for record in font["name"].names if record.nameID in {0, 13, 14} and record.platformID == 3]
font["name"].names = kept
for number, words in names.items():
    font["name"].setName(words, number, 3, 1, 0x409)
font["head"].modified = font["head"].created
font.recalcTimestamp = False
font.flavor = "woff2"
font.save(sys.argv[2])
PYTHON
{
  echo "Backstride Serif is a subset of Source Serif 4, semibold."
  echo "Copyright 2014 - 2021 Adobe Systems Incorporated (http://www.adobe.com/), with Reserved Font Name 'Source'."
  sed -n '2,$p' package/LICENSE
} >"$static/backstride-serif-LICENSE.txt"
ls -l "$static"
