# SPDX-License-Identifier: GPL-2.0-only
"""Clicks through a report in Chromium: browser.py INDEX WIDTH PICTURES SCHEME [LONG]

Prints TAP. From the overview to a finding, through its steps, to the lock graph,
its arrows and locks, to coverage and back; whatever the browser complains about is a failure. PICTURES is a folder
for screenshots, SCHEME is light or dark, LONG the page of a long finding.
"""
import re
import sys

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

number = 0
failed = 0


def check(promise, good, why=""):
    global number, failed
    number += 1
    print(f"{'ok' if good else 'not ok'} {number} - {promise}")
    if not good:
        failed += 1
        print(f"# {why}")


def start(width, scheme):
    options = webdriver.ChromeOptions()
    options.add_argument("--headless=new")
    options.add_argument("--no-sandbox")
    options.add_argument("--disable-gpu")
    options.add_argument("--disable-dev-shm-usage")
    options.add_argument("--allow-file-access-from-files")
    options.add_argument(f"--window-size={width},1000")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options)
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": 1000, "deviceScaleFactor": 1,
        "mobile": False})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": scheme}]})
    return browser


def settle(browser):
    """What a page does when it is resized or scrolled is done two frames later."""
    browser.execute_async_script("requestAnimationFrame(() => "
                                 "requestAnimationFrame(arguments[0]))")


def resize(browser, width, height=1000):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1,
        "mobile": False})
    settle(browser)


# Contrast of every text with what lies behind it, as WCAG 2.1 defines it (1.4.3).
CONTRAST = """
function channel(c) {
    c /= 255;
    return c <= 0.03928 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
}
function light(c) {
    return 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
}
function parse(text) {
    return text.match(/[\\d.]+/g).map(Number);
}
function behind(node) {
    for (; node; node = node.parentElement) {
        const c = parse(getComputedStyle(node).backgroundColor);
        if (c.length < 4 || c[3] > 0.99)
            return c;
    }
    return parse(getComputedStyle(document.documentElement).colorScheme
        .includes('dark') ? 'rgb(0,0,0)' : 'rgb(255,255,255)');
}
const bad = [];
document.querySelectorAll('body *').forEach(function (node) {
    const own = Array.from(node.childNodes).some(function (child) {
        return child.nodeType === 3 && child.data.trim();
    });
    const style = getComputedStyle(node);
    if (!own || ['SCRIPT', 'STYLE'].includes(node.tagName) || node.disabled ||
        style.visibility === 'hidden' || !node.getClientRects().length)
        return;
    const a = light(parse(style.color)), b = light(behind(node));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5)
        bad.push(ratio.toFixed(1) + ' ' + node.tagName + '.' + node.className +
            ': ' + node.textContent.slice(0, 40));
});
return bad;
"""

UNNAMED = """
return Array.from(document.querySelectorAll('button, a, input, img, [role]'))
    .filter(function (node) {
        return !node.textContent.trim() && !node.getAttribute('aria-label') &&
            !node.getAttribute('alt') && !node.closest('label') &&
            !node.querySelector('img[alt]') &&
            node.getAttribute('role') !== 'presentation';
    }).map(function (node) { return node.outerHTML.slice(0, 80); });
"""


def look(browser, name, pictures, scheme):
    """What every page must keep."""
    width = browser.execute_script("return document.documentElement.scrollWidth")
    window = browser.execute_script("return window.innerWidth")
    check(f"{name}: nothing sticks out at {window} pixels", width <= window,
          f"the page is {width} pixels wide")
    bad = browser.execute_script(CONTRAST)
    check(f"{name}, {scheme}: text stands out", not bad, "; ".join(bad[:5]))
    unnamed = browser.execute_script(UNNAMED)
    check(f"{name}: all controls have names", not unnamed,
          "; ".join(unnamed[:5]))
    for landmark in "header", "main", "h1":
        check(f"{name}: has one {landmark}", len(browser.find_elements(
            By.TAG_NAME, landmark)) == 1)
    loud = [entry["message"] for entry in browser.get_log("browser")]
    check(f"{name}: the browser has no complaint", not loud, "; ".join(loud[:3]))
    resize(browser, window, 2200)
    browser.save_screenshot(f"{pictures}/{name}-{window}-{scheme}.png")
    resize(browser, window)
    on_paper(browser, name)


# What sticks out of a page of paper: A4 with Chromium's margins is this wide.
PAPER = 718
CUT = """
return Array.from(document.querySelectorAll('.wide, .board, main, .graph')).filter(
    function (node) {
        return node.getClientRects().length && (node.scrollWidth > node.clientWidth + 1 ||
            node.getBoundingClientRect().right > window.innerWidth + 1);
    }).map(function (node) { return node.className || node.tagName; });
"""


def on_paper(browser, name):
    """As it is printed: light, and nothing cut off."""
    window = browser.execute_script("return window.innerWidth")
    scheme = browser.execute_script(
        "return matchMedia('(prefers-color-scheme: dark)').matches")
    resize(browser, PAPER)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "media": "print", "features": [{
            "name": "prefers-color-scheme",
            "value": "dark" if scheme else "light"}]})
    browser.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    cut = browser.execute_script(CUT)
    check(f"{name}: on paper nothing is cut off", not cut, str(cut))
    bad = browser.execute_script(CONTRAST)
    check(f"{name}: on paper text stands out", not bad, "; ".join(bad[:5]))
    browser.execute_script("window.dispatchEvent(new Event('afterprint'))")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "media": "", "features": [{
            "name": "prefers-color-scheme",
            "value": "dark" if scheme else "light"}]})
    resize(browser, window)


def shown(browser, selector):
    return [node for node in browser.find_elements(By.CSS_SELECTOR, selector)
            if node.is_displayed()]


def overview(browser):
    cell = browser.find_element(By.CSS_SELECTOR, "#overview tbody td").text
    check("verdict, bounds, executions and time are told of a campaign",
          re.search(r"bug.*at most \d preemption.*\d executions?, [\d.]+ (s|min)$",
                    cell, re.S), cell)
    words = browser.find_element(By.ID, "words")
    everything = len(shown(browser, "table.filtered tbody tr"))
    words.send_keys("deadlock group_lock")
    few = shown(browser, "table.filtered tbody tr")
    check("searching leaves what has the words",
          0 < len(few) < everything and
          all("deadlock" in row.text for row in few), f"{len(few)} rows")
    words.clear()
    words.send_keys(Keys.SPACE)
    check("an empty search shows all again",
          len(shown(browser, "table.filtered tbody tr")) == everything)
    words.clear()


def finding(browser):
    two_columns(browser)
    head = browser.find_element(By.TAG_NAME, "main").text
    head = head[:head.index("It happens because")]
    check("who waits for whom is said before anything else",
          "open" in head and "&kvm->lock, held by kvm-release" in head and
          "&group->group_lock, held by open" in head, head)
    check("the lines of source are on the first screen",
          "mutex_lock(&group->group_lock);" in head, head)
    check("how it was found is said at the top", "lock order of execution 1" in
          browser.find_element(By.TAG_NAME, "header").text)
    check("the way to the lock it waits for is on the first screen",
          "kvmlock_open_device()" in head, head)
    check("requests have names", "VFIO_GROUP_GET_DEVICE_FD" in head, head)
    top = browser.find_element(By.TAG_NAME, "header").text
    check("what the scenario does is said, and whom its driver stands for",
          "opening a VFIO device against KVM" in top and "vfio-ap" in top, top)
    check("the replay command is good wherever the reports are",
          browser.find_element(By.ID, "command").text ==
          "weft replay open-vs-kvm-release-6.1/finding-1.schedule")
    cards = browser.find_elements(By.CSS_SELECTOR, ".card .badge")
    legend = {node.text.strip() for node in
              browser.find_elements(By.CSS_SELECTOR, "#legend .badge")}
    check("letters go in the order of the page, and what they are is said",
          [node.text for node in cards][:4] == ["A", "B", "C", "D"] and
          "A letter stands for the lock" in browser.find_element(By.ID, "letters").text,
          str([node.text for node in cards]))
    proof = browser.find_element(By.TAG_NAME, "main").text
    check("a step is explained, and over what the smallest is proven",
          "A step is what other tasks can take part in" in proof and
          "all schedules without a preemption were tried, and those with 1 as far as "
          "34 steps; none that is smaller" in proof, proof)
    check("what a sample is, is said where it is counted", re.search(
        r"ran (\d+ executions: a sample of \d+, most of it at random, then \d+ of|"
        r"1 execution: the first of a sample, most of it at random)", top), top)
    check("ordinary descriptors need no word",
          "Descriptors:" not in proof)
    check("locks have the letters of their bars",
          cards and {node.text for node in cards} <= legend, str(legend))
    colours = {node.value_of_css_property("background-color") for node in
               browser.find_elements(By.CSS_SELECTOR, ".span, .task")}
    tasks = {node.value_of_css_property("background-color") for node in
             browser.find_elements(By.CSS_SELECTOR, ".task")}
    check("no task has the colour of another, or of a lock",
          len(tasks) == 2 and len(colours) == len(tasks) + len(
              {node.value_of_css_property("background-color") for node in
               browser.find_elements(By.CSS_SELECTOR, ".span")}))
    rows = shown(browser, ".row")
    deadly = shown(browser, ".row.deadly")
    check("rows are drawn, both blocked ones marked",
          len(rows) > 4 and len(deadly) == 2, f"{len(rows)}, {len(deadly)}")
    inside = browser.execute_script(
        "const b = document.getElementById('board').getBoundingClientRect();"
        "const e = document.querySelector('.row[aria-selected=true] .op')"
        ".getBoundingClientRect();"
        "return e.left >= b.left && e.left < b.right - 40;")
    check("the chosen step is in sight", inside)
    check("locks are drawn as bars", len(shown(browser, ".span")) >= 3)
    panel = browser.find_element(By.ID, "panel")
    check("the last step is shown, with its source",
          "vfio_file_set_kvm" in panel.text and
          "mutex_lock(&group->group_lock)" in panel.text, panel.text)
    browser.find_element(By.ID, "begin").click()
    check("back at the start", "ioctl(" in panel.text, panel.text)
    board = browser.find_element(By.ID, "board")
    board.send_keys(Keys.ARROW_DOWN)
    check("the arrow keys step", "close(8<kvm-vfio>)" in panel.text, panel.text)
    browser.find_element(By.ID, "every").click()
    check("every step is more than what matters",
          "…" not in "".join(row.text for row in shown(browser, ".row .gap")))
    check("only rows in sight exist",
          len(browser.find_elements(By.CSS_SELECTOR, ".row")) < 80)
    board.send_keys(Keys.END)
    check("the end of every step is the deadly one",
          "for ever" in panel.text, panel.text)
    link = browser.find_element(By.CSS_SELECTOR, "[data-step]")
    link.click()
    check("a cause leads to its step", "&group->group_lock" in panel.text and
          "step" in panel.text, panel.text)
    browser.find_element(By.ID, "condensed").click()


def click(browser, node):
    """What is in a picture may be above or below what is in sight."""
    browser.execute_script("arguments[0].scrollIntoView({block: 'center', "
                           "inline: 'center'})", node)
    node.click()


# Arrows whose label is not on their line, in the units of the picture.
ASTRAY = """
return Array.from(document.querySelectorAll('.graph g.edge')).filter(function (edge) {
    const path = edge.querySelector('path'), box = edge.querySelector('text').getBBox();
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    let least = 1e9;
    for (let at = 0; at <= path.getTotalLength(); at++) {
        const p = path.getPointAtLength(at);
        least = Math.min(least, Math.hypot(p.x - x, p.y - y));
    }
    return least > 4;
}).map(function (edge) { return edge.textContent.trim(); });
"""


# Of the locks those wholly in sight, as the page is opened; and of those on a cycle.
# Is the picture larger than its frame, and what is said then?
OPENED = """
const frame = document.querySelector('.graph'), f = frame.getBoundingClientRect();
const seen = node => {
    const x = node.getBoundingClientRect();
    return x.left >= f.left && x.right <= f.left + frame.clientWidth + 2 && x.top >= f.top &&
        x.bottom <= Math.min(f.top + frame.clientHeight + 2, innerHeight);
};
const all = [...frame.querySelectorAll('g.node')], hint = document.querySelector('.hint');
return [all.filter(seen).length, all.filter(n => n.matches('.red')).length,
    all.filter(n => n.matches('.red') && seen(n)).length,
    frame.scrollWidth > frame.clientWidth + 1 || frame.scrollHeight > frame.clientHeight + 1,
    hint && hint.getClientRects().length ? hint.textContent : ''];
"""


def graph_opens(browser, name, top=True):
    """A graph that does not fit opens on what can be read; top: at the top of its page"""
    browser.execute_script("if (arguments[0]) scrollTo(0, 0); else "
                           "document.querySelector('.graph').scrollIntoView()", top)
    seen, red, red_seen, larger, hint = browser.execute_script(OPENED)
    check(f"{name}: opens with locks in sight, those on a cycle first",
          seen >= 4 and red_seen == red, f"{seen} locks, {red_seen} of {red} red")
    check(f"{name}: what is larger than its frame says so", larger == bool(hint), hint)
    if larger and hint:
        button = browser.find_element(By.CSS_SELECTOR, ".hint button")
        click(browser, button)
        check(f"{name}: and is seen whole on request", not browser.execute_script(OPENED)[3])
        click(browser, button)


def graph(browser):
    """From an arrow to where and when, from a lock to its row."""
    astray = browser.execute_script(ASTRAY)
    check("labels are on their arrows", not astray, "; ".join(astray[:5]))
    arrow = browser.find_element(By.CSS_SELECTOR, ".graph g.edge.red a text")
    number = arrow.text.split()[0]
    click(browser, arrow)
    row = browser.find_element(By.ID, f"edge-{number}")
    check("an arrow leads to its row",
          browser.current_url.endswith(f"lock-graph.html#edge-{number}") and
          row.is_displayed() and "cycle" in row.text, browser.current_url)
    check("the row is open: both stacks, the task, the schedule",
          "taken here:" in row.text and "and took" in row.text and
          ".c:" in row.text and "weft replay" in row.text and
          len(row.find_elements(By.CSS_SELECTOR, "ol.stack")) == 2, row.text)
    check("and its arrow is marked", len(browser.find_elements(
        By.CSS_SELECTOR, f"#arrow-{number}.chosen")) == 1)
    lock = browser.find_element(By.CSS_SELECTOR, ".graph g.node.red a text")
    name = lock.text
    click(browser, lock)
    anchor = browser.current_url.split("#")[1]
    row = browser.find_element(By.ID, anchor)
    check("a lock leads to its row", anchor.startswith("node-") and
          name in row.text, f"{name}: {row.text}")
    edges = row.find_elements(By.CSS_SELECTOR, "a[href^='#edge-']")
    click(browser, edges[0])
    check("from there to an edge at it", "#edge-" in browser.current_url and
          name in browser.find_element(
              By.ID, browser.current_url.split("#")[1]).text)
    head = browser.find_element(By.CSS_SELECTOR, "#edges th:nth-child(3) button")
    click(browser, head)
    taken = [cell.get_attribute("data-key") for cell in browser.find_elements(
        By.CSS_SELECTOR, "#edges td:nth-child(3)")]
    check("the table is sorted by what is taken",
          len(taken) > 3 and taken == sorted(taken, key=str.lower), str(taken))
    click(browser, head)
    check("and the other way round", [
        cell.get_attribute("data-key") for cell in browser.find_elements(
            By.CSS_SELECTOR, "#edges td:nth-child(3)")] ==
          sorted(taken, key=str.lower, reverse=True))
    cycle = browser.find_element(By.PARTIAL_LINK_TEXT, "see finding-1")
    click(browser, cycle)
    check("the cycle leads to the finding",
          browser.current_url.endswith("finding-1.html"), browser.current_url)


def coverage(browser):
    """The pages are gcovr's; the way there and back is ours."""
    rows = [row.text for row in browser.find_elements(
        By.CSS_SELECTOR, "#coverage tbody tr")]
    check("what was covered is told", any(
        "open-vs-kvm-release" in row and "%" in row and "of" in row
        for row in rows), str(rows))
    click(browser, browser.find_element(By.CSS_SELECTOR, "#coverage tbody a"))
    click(browser, browser.find_element(By.PARTIAL_LINK_TEXT, "vfio_main.c"))
    check("lines of a file are shown", "mutex_lock" in browser.page_source)
    browser.find_element(By.PARTIAL_LINK_TEXT, "← overview").click()
    check("and a file's page leads back",
          browser.find_element(By.ID, "overview").is_displayed())


def member_finding(browser, pictures, scheme):
    """A finding about memory: it has the name of its member."""
    link = next(node for node in browser.find_elements(
        By.CSS_SELECTOR, "#findings a") if "remove file" in node.text)
    link.click()
    look(browser, "invariant", pictures, scheme)
    # At once: scrolling draws the rows anew.
    rows = browser.execute_script(
        "return [...document.querySelectorAll('.row')].map(r => r.textContent)")
    took = [n for n, text in enumerate(rows) if "removes its own file" in text]
    read = [n for n, text in enumerate(rows) if "read mdev_device.active" in text]
    check("who took the file away is told, before the read that comes too early",
          len(took) == 1 and len(read) == 1 and took[0] < read[0] and
          "remove_store()" in rows[took[0]], str(rows))
    chosen, number, cell, board = browser.execute_script(
        "const row = document.querySelector('.row[aria-selected=true]');"
        "const x = node => node.getBoundingClientRect();"
        "return [row.textContent, x(row.querySelector('.number')).right,"
        " x(row.querySelector('.op')).left, x(document.getElementById('board')).left]")
    check("the steps open at the access that the reasons begin with",
          "read mdev_device.active" in chosen, chosen)
    check("with its number in sight", board < number <= cell,
          f"{board} {number} {cell}")
    reasons = browser.find_elements(By.CSS_SELECTOR, ".why li")
    check("orders of memory come before orders of locks",
          "mdev_device.active" in reasons[0].text and
          "kernfs_rwsem" in reasons[-1].text, reasons[0].text)
    check("what the model of a system call did has the call as its place",
          'in open("…/remove")' in reasons[-1].text, reasons[-1].text)
    cards = {card.find_element(By.TAG_NAME, "h3").text.split()[0]: card.text
             for card in browser.find_elements(By.CSS_SELECTOR, ".card")}
    check("a descriptor has the name of its file, and its data is told",
          'write(640<…/create>, "83b8f4f2-…")' in cards["create"], str(cards))
    check("who took the file away is on the first screen, in its call",
          "removes its own file: device_remove_file_self()" in cards["remove"] and
          "mdev_sysfs.c:249" in cards["remove"], cards["remove"])
    check("that it is not put back is told, with the error that is returned",
          re.search(r"mdev_sysfs\.c:249\s.*and does not put it back before it returns "
                    r"-EAGAIN\s+where -EAGAIN is from", cards["remove"], re.S) and
          "put it back" not in cards["create"], cards["remove"])
    check("why descriptors are large is told once",
          browser.find_element(By.TAG_NAME, "main").text.count(
              "Descriptors: each task has a range of numbers of its own") == 1)
    check("over what folder the smallest is proven", "those with 1 as far as 2063 steps, "
          "preempted only in drivers/base:drivers/vfio; none" in
          browser.find_element(By.TAG_NAME, "main").text)
    title = browser.find_element(By.TAG_NAME, "h1").text
    check("a title says what is wrong, and the check is said once, below it",
          title == "invariant violated: the device exists, but its remove file is gone" and
          "exists && !removable is true, and must never be" in cards["Noticed"] and
          "remove file is gone" not in cards["Noticed"], title + str(cards))
    check("where an error is from is told, with its line",
          "where -EAGAIN is from" in cards["remove"] and
          "mdev_device_remove()" in cards["remove"] and
          "return -EAGAIN;" in cards["remove"], cards["remove"])
    check("a descriptor does not look like a mode",
          'open("…/create") = fd 640' in cards["create"], cards["create"])
    columns(browser)
    check("what an order of locks brought is told",
          "remove then read kernfs_node(remove).active, which create had written"
          in reasons[-1].text, reasons[-1].text)
    check("bars that are striped are in the legend", "held shared" in
          browser.find_element(By.ID, "legend").text)
    check("every bar is in the column of its task", browser.execute_script(
        "const heads = [...document.querySelectorAll('.heads div:not(.number)')]"
        "  .map(head => head.getBoundingClientRect());"
        "return [...document.querySelectorAll('.span')].every(function (bar) {"
        "  const x = bar.getBoundingClientRect();"
        "  return heads.some(head => x.left >= head.left && x.right <= head.right);"
        "});"))
    check("a lock graph that has nothing to do with it is folded",
          browser.find_elements(By.CSS_SELECTOR, "details:not([open]) img.picture"))
    why = browser.find_element(By.CSS_SELECTOR, ".why").text
    check("memory has the name of its member",
          "mdev_device.active" in why and "word" not in why, why)
    cards = browser.find_element(By.CSS_SELECTOR, ".calls").text
    check("system calls are told with their results", "= " in cards, cards)
    browser.back()


# The board of steps: its width, the room it has, the names of its columns, of those
# that are cut off by an edge, what is said of them, and whether it fades out just where
# it goes on.
BOARD = """
const board = document.getElementById('board'), frame = board.getBoundingClientRect();
const heads = [...document.querySelectorAll('.heads div:not(.number)')];
const name = head => head.textContent.replace(/ \\(.*/, '');
const numbers = document.querySelector('.heads .number').getBoundingClientRect().right;
const more = document.getElementById('more');
return [board.scrollWidth, board.clientWidth, heads.map(name), heads.filter(head => {
    const x = head.getBoundingClientRect();
    return x.right > frame.right + 20 || x.left < numbers - 20;
}).map(name), more.getClientRects().length ? more.textContent : '',
(getComputedStyle(board).maskImage !== 'none') ===
    (board.scrollLeft + board.clientWidth < board.scrollWidth - 1)];
"""


def columns(browser):
    """All columns are in sight where there is room, and are named where there is none."""
    for view in "every", "condensed":
        browser.find_element(By.ID, view).click()
        width, room, names, cut, hint, fade = browser.execute_script(BOARD)
        wide = browser.execute_script("return window.innerWidth") >= 1280
        check(f"{view}: " + (f"{len(names)} columns fit" if wide else
                             "columns out of sight are named"),
              len(names) >= 3 and (width <= room and not hint if wide else
                                   width > room and cut and
                                   hint == "↔ scroll sideways for " + ", ".join(cut)),
              f"{names} of {width} pixels in {room}, {cut} are cut: {hint}")
        check(f"{view}: what goes on behind the edge fades out",
              fade)


def two_columns(browser):
    """Two tasks fit a narrow window; where they do not, that is said, whatever is cut."""
    window = browser.execute_script("return window.innerWidth")
    width, room, names, cut, hint, fade = browser.execute_script(BOARD)
    check("both tasks are in sight", len(names) == 2 and width <= room and
          not cut and not hint and fade, f"{width} in {room}: {hint}")
    resize(browser, 300)
    width, room, names, cut, hint, fade = browser.execute_script(BOARD)
    check("and a column that is half in sight is named", width > room and cut and
          hint == "↔ scroll sideways for " + ", ".join(cut) and fade,
          f"{width} in {room}, {cut} cut: {hint}")
    browser.execute_script("const b = document.getElementById('board');"
                           "b.scrollLeft = b.scrollLeft ? 0 : b.scrollWidth")
    settle(browser)
    now, told = browser.execute_script(BOARD)[3:5]
    check("scrolled, what is hidden now", now and now != cut and
          told == "↔ scroll sideways for " + ", ".join(now), f"{now}: {told}")
    resize(browser, window)


def rules(browser, pictures, scheme):
    """From the overview to the rules, and from a breach to its finding."""
    browser.find_element(By.CSS_SELECTOR, "a[href^='rules-']").click()
    look(browser, "rules", pictures, scheme)
    check("rules: every column is in sight", browser.execute_script(
        "const frame = document.querySelector('.wide');"
        "return frame.scrollWidth <= frame.clientWidth"))
    words = browser.find_element(By.ID, "words")
    words.send_keys("mdev_device.active")
    few = shown(browser, "#members tbody tr")
    check("a member is found", len(few) == 1 and
          "mdev_list_lock" in few[0].text, f"{len(few)} rows")
    check("and what breaks its rule", "mdev_device_create()" in few[0].text,
          few[0].text if few else "")
    few[0].find_element(By.PARTIAL_LINK_TEXT, "finding").click()
    check("which leads to the finding", "finding-1.html" in browser.current_url,
          browser.current_url)
    browser.back()
    browser.find_element(By.PARTIAL_LINK_TEXT, "overview").click()


def long_finding(browser, path):
    """A story of 10,000 steps: only what is in sight is drawn."""
    browser.get("file://" + path)
    check("a long story opens", len(shown(browser, ".row")) > 4)
    browser.find_element(By.ID, "every").click()
    browser.find_element(By.ID, "board").send_keys(Keys.END)
    rows = browser.find_elements(By.CSS_SELECTOR, ".row")
    position = browser.find_element(By.ID, "position").text
    total = int(position.split()[-1])
    check("of a long story only rows in sight exist",
          total >= 10000 and len(rows) < 80 and
          position.startswith(f"row {total} "), f"{position}, {len(rows)} rows")
    print("# it was laid out", browser.execute_script(
        "const t = performance.getEntriesByType('navigation')[0];"
        "return Math.round(t.domComplete - t.responseEnd)"), "ms after reading")


def main():
    index, width, pictures = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    scheme = sys.argv[4]
    browser = start(width, scheme)
    try:
        browser.get("file://" + index)
        look(browser, "overview", pictures, scheme)
        overview(browser)
        link = next(node for node in browser.find_elements(
            By.CSS_SELECTOR, "#findings a") if "deadlock" in node.text)
        link.click()
        look(browser, "finding", pictures, scheme)
        finding(browser)
        browser.find_element(By.CSS_SELECTOR, "img.picture").click()
        check("the lock graph opens",
              browser.current_url.endswith("lock-graph.html"),
              browser.current_url)
        graph_opens(browser, "lock-graph")
        look(browser, "lock-graph", pictures, scheme)
        graph(browser)
        coverage_there = browser.find_elements(By.PARTIAL_LINK_TEXT,
                                               "Kernel code")
        if coverage_there:
            coverage_there[0].click()
            check("coverage opens", "open-vs-kvm-release" in browser.page_source)
            browser.back()
        browser.find_element(By.PARTIAL_LINK_TEXT, "← overview").click()
        row = browser.current_url.partition("#")[2]
        check("and back to its row of the overview", "group_lock" in
              browser.find_element(By.ID, row).text, row)
        if coverage_there:
            coverage(browser)
        for link, which, name in (("lock graph", -1, "lock-graph-12"),
                                  ("lock graph", 0, "lock-graph-wide"),
                                  ("6.1", -1, "diff")):
            found = [node for node in browser.find_elements(
                By.CSS_SELECTOR, "#campaigns a, #comparisons a")
                if link in node.text]
            if found:
                click(browser, found[which])
                graph_opens(browser, name, name != "diff")
                look(browser, name, pictures, scheme)
                browser.back()
        member_finding(browser, pictures, scheme)
        rules(browser, pictures, scheme)
        if len(sys.argv) > 5:
            long_finding(browser, sys.argv[5])
    finally:
        browser.quit()
    print(f"1..{number}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
