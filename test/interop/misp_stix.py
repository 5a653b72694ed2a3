#!/usr/bin/env python3
"""Hands a feed on as a MISP instance does, for our import to read it back.

  misp_stix.py from-stix BUNDLE OUT     STIX 2.1 bundle -> MISP event (misp-stix), as "Import from STIX" makes it
  misp_stix.py to-stix FEED OUT         each event of a native MISP feed -> STIX 2.1 bundle (misp-stix)
  misp_stix.py to-misp FEED OUT         each event of a native MISP feed, loaded and written by PyMISP

OUT is a folder; one JSON file an event.
"""
import json
import os
import sys

from misp_stix_converter import ExternalSTIX2toMISPParser, MISPtoSTIX21Parser
from pymisp import MISPEvent
from stix2 import parse

mode, source, out = sys.argv[1:]
os.makedirs(out, exist_ok=True)


def write(name, text):
    with open(os.path.join(out, name + ".json"), "w", encoding="utf-8") as file:
        file.write(text)


def events(folder):
    for name in json.load(open(os.path.join(folder, "manifest.json"), encoding="utf-8")):
        event = MISPEvent()
        event.load_file(os.path.join(folder, name + ".json"))
        yield name, event


if mode == "from-stix":
    parser = ExternalSTIX2toMISPParser()
    parser.load_stix_bundle(parse(json.load(open(source, encoding="utf-8")), allow_custom=True))
    parser.parse_stix_bundle(single_event=True)
    write(parser.misp_event.uuid, json.dumps({"Event": json.loads(parser.misp_event.to_json())}))
elif mode == "to-misp":
    for name, event in events(source):
        write(name, json.dumps({"Event": json.loads(event.to_json())}))
else:
    for name, event in events(source):
        parser = MISPtoSTIX21Parser()
        parser.parse_misp_event(event)
        write(name, parser.bundle.serialize())
