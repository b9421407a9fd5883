"""What every preparation script shares: arguments, reading, deterministic writing.

Usage of each script: python3 <script>.py SOURCE_FOLDER [OUTPUT_FOLDER]
SOURCE_FOLDER is the folder of collected data (it holds `local_actors.csv`,
`enterprises.jsonl`, `territories/`…). OUTPUT_FOLDER is `seed-data` by default.
"""
import csv
import gzip
import io
import json
import re
import sys
import unicodedata
from pathlib import Path

THEMES = ("alimentation batiment_durable textile mobilites reemploi inclusion logement handicap "
          "vieillissement sante education emploi numerique migrants justice petite_enfance "
          "fin_de_vie autre").split()
AGPL_SOURCES = {"siae_2021", "siae_2019", "geiq", "prescripteurs", "pole_emploi"}

# Communes merged since a source was written: old code -> code in the 2026 reference.
MERGED = {}
with open(Path(__file__).with_name("merged_communes.csv"), encoding="utf-8", newline="") as _file:
    MERGED = {row["old"]: row["new"] for row in csv.DictReader(_file)}


def folders():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    source = Path(sys.argv[1])
    output = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).resolve().parent.parent
    return source, output


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_jsonl(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def write_bytes(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
            file.write(data)
        data = buffer.getvalue()
    path.write_bytes(data)
    return len(data)


def write_csv(path, header, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    size = write_bytes(path, text.getvalue().encode())
    print(f"{path.parent.name}/{path.name}: {count} lines, {size:,} bytes")


def write_jsonl(path, rows):
    data = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    size = write_bytes(path, data.encode())
    print(f"{path.parent.name}/{path.name}: {len(rows)} lines, {size:,} bytes")


def fold(text):
    """Lower case, no accent, straight apostrophe."""
    text = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe").replace("Œ", "OE"))
    return "".join(c for c in text if not unicodedata.combining(c)).lower()


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def typographic(text):
    """Typographic apostrophe between letters, as in every French sentence shown to people."""
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


def department(insee):
    return insee[:3] if insee.startswith("97") else insee[:2]


def is_agpl(row):
    return "AGPL" in row["licence"] or bool(AGPL_SOURCES & set(row["source"].split("|")))


def year_of(text):
    """The year a page is dated in its own address (…/2024/02/06/…, …-20130502-…), else None."""
    match = re.search(r"(?<!\d)(20[0-2]\d)[-/](?:0[1-9]|1[0-2])(?![0-9])", text) or \
        re.search(r"(?<!\d)(20[0-2]\d)(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)", text)
    return int(match.group(1)) if match else None
