# SPDX-License-Identifier: GPL-2.0-only
"""Do documents for machines have the form they promise?

machines.py json SCHEMA FILE...   by a JSON schema
machines.py sarif FILE            what SARIF 2.1.0 demands of what we write
machines.py graphml FILE JSON     the same nodes and edges as lock-graph.json
machines.py junit FILE            parses, and its sums are right
machines.py ktap PARSERS FILE N   the parser of a kernel tree finds N results

Silence and status 0, or what is wrong.
"""
import json
import sys
import xml.etree.ElementTree as etree


def check_json(schema, files):
    import jsonschema

    with open(schema, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    bad = []
    for name in files:
        with open(name, encoding="utf-8") as file:
            document = json.load(file)
        bad += [f"{name}: {list(error.absolute_path)}: {error.message[:200]}"
                for error in validator.iter_errors(document)]
    return bad


def check_message(bad, where, message):
    if not isinstance(message, dict) or not isinstance(message.get("text"), str):
        bad.append(f"{where}: a message needs text (3.11)")


def check_location(bad, where, location):
    physical = location.get("physicalLocation")
    if physical is not None:
        uri = physical.get("artifactLocation", {}).get("uri", "")
        if not uri or uri.startswith("/") or ".." in uri or " " in uri:
            bad.append(f"{where}: '{uri}' is no relative URI (3.4.3)")
        if physical.get("region", {}).get("startLine", 1) < 1:
            bad.append(f"{where}: lines begin with 1 (3.30.5)")
    if "message" in location:
        check_message(bad, where, location["message"])


def check_sarif(name):
    bad = []
    with open(name, encoding="utf-8") as file:
        log = json.load(file)
    if log.get("version") != "2.1.0":
        bad.append("version is not 2.1.0 (3.13.2)")
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        rules = [rule["id"] for rule in driver["rules"]]
        if not driver["name"] or len(set(rules)) != len(rules):
            bad.append("a driver has a name and rules that differ (3.19)")
        for rule in driver["rules"]:
            check_message(bad, rule["id"], rule["shortDescription"])
        if len(run["results"]) == 0:
            bad.append("no result to look at")
        for i, result in enumerate(run["results"]):
            where = f"result {i}"
            check_message(bad, where, result["message"])
            if result["level"] not in ("none", "note", "warning", "error"):
                bad.append(f"{where}: level {result['level']} (3.27.10)")
            if result["ruleIndex"] != -1 and \
               rules[result["ruleIndex"]] != result["ruleId"]:
                bad.append(f"{where}: ruleIndex is of another rule (3.27.6)")
            if not result["partialFingerprints"]:
                bad.append(f"{where}: no fingerprint")
            for location in result["locations"] + result["relatedLocations"]:
                check_location(bad, where, location)
            for flow in result["codeFlows"]:
                if not flow["threadFlows"]:
                    bad.append(f"{where}: an empty code flow (3.36.3)")
                for thread in flow["threadFlows"]:
                    if not thread["locations"]:
                        bad.append(f"{where}: an empty thread flow (3.37.6)")
                    for step in thread["locations"]:
                        check_location(bad, where, step["location"])
                        if step["importance"] not in ("essential", "important",
                                                      "unimportant"):
                            bad.append(f"{where}: importance (3.38.13)")
    return bad


def check_junit(name):
    bad = []
    for suite in etree.parse(name).getroot().iter("testsuite"):
        cases = list(suite.iter("testcase"))
        for key, tag in ("failures", "failure"), ("skipped", "skipped"):
            n = sum(case.find(tag) is not None for case in cases)
            if n != int(suite.get(key)):
                bad.append(f"{key} is {suite.get(key)}, but there are {n}")
        if len(cases) != int(suite.get("tests")) or not cases:
            bad.append(f"tests is {suite.get('tests')} of {len(cases)}")
        for case in cases:
            if not case.get("name") or not case.get("classname"):
                bad.append("a test case without a name")
            float(case.get("time"))
    return bad


def check_graphml(name, source):
    space = "{http://graphml.graphdrawing.org/xmlns}"
    with open(source, encoding="utf-8") as file:
        wanted = json.load(file)
    root = etree.parse(name).getroot()
    keys = {key.get("id"): key.get("for") for key in root.iter(space + "key")}
    bad = []
    if root.tag != space + "graphml":
        bad.append(f"the root is {root.tag}")

    def data(element, kind):
        found = {}
        for datum in element.iter(space + "data"):
            if keys.get(datum.get("key")) != kind:
                bad.append(f"{datum.get('key')} is no key of a {kind}")
            found[datum.get("key")] = datum.text
        return found

    nodes = {}
    for node in root.iter(space + "node"):
        nodes[node.get("id")] = data(node, "node")["name"]
    edges = []
    for edge in root.iter(space + "edge"):
        told = data(edge, "edge")
        edges.append((nodes[edge.get("source")], nodes[edge.get("target")],
                      told["mode"], told["on_cycle"]))
    names = [lock["name"] for lock in wanted["locks"]]
    if list(nodes.values()) != names:
        bad.append(f"nodes are {list(nodes.values())}, not {names}")
    all_edges = [(names[edge["from"]], names[edge["to"]], edge["mode"],
                  str(edge["on_cycle"]).lower()) for edge in wanted["edges"]]
    if edges != all_edges or not edges:
        bad.append(f"edges are {edges}, not {all_edges}")
    return bad


def check_ktap(parsers, name, wanted):
    sys.path.insert(0, parsers)
    import kunit_parser

    class Quiet:
        def __getattr__(self, _):
            return lambda *arguments, **named: None

    with open(name, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    try:
        test = kunit_parser.parse_run_tests(lines, Quiet())
    except TypeError:
        test = kunit_parser.parse_run_tests(lines)
    counts = test.counts
    total = counts.passed + counts.failed + counts.skipped
    if total != wanted or counts.errors or counts.crashed:
        return [f"{counts}, wanted {wanted} results and no error"]
    return []


def main():
    kind, rest = sys.argv[1], sys.argv[2:]
    bad = {
        "json": lambda: check_json(rest[0], rest[1:]),
        "sarif": lambda: check_sarif(rest[0]),
        "graphml": lambda: check_graphml(rest[0], rest[1]),
        "junit": lambda: check_junit(rest[0]),
        "ktap": lambda: check_ktap(rest[0], rest[1], int(rest[2])),
    }[kind]()
    for line in bad[:20]:
        print(line)
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
