# SPDX-License-Identifier: GPL-2.0-only
# Commands for gdb around "weft replay --gdb"; see src/gdb.h.
import gdb

HELP = """weft threads   every task: what it does, waits for and holds
weft locks     every lock that is held: by whom, since when, who wants it
weft why       who waits for whom
weft step [N]  on to the next recorded step, or N of them
weft back [N]  back by one step, or N of them
weft finding   on to the finding
weft help      this text
At the beginning of a stop the innermost frame of the kernel is selected;
'bt', 'list', 'print' and the others work as ever."""


def number(name):
    return int(gdb.parse_and_eval(name))


def is_stopped():
    thread = gdb.selected_thread()
    if thread is None or not thread.is_valid():
        print("The replay is not running: 'weft back' or 'run' begins again.")
        return False
    return True


def is_at_our_stop():
    return gdb.newest_frame().name() == "weft_gdb_stop"


def show(what):
    """What Weft has written down for its stop; elsewhere it is asked to."""
    if not is_at_our_stop():
        try:
            gdb.execute("call (void)weft_gdb_tell()")
        except gdb.error as error:
            raise gdb.GdbError(f"weft: gdb cannot call a function here: {error}\n"
                               "'weft step' and 'weft back' go to where it need not.")
    text = gdb.parse_and_eval("weft_gdb_texts")[what]
    print(text.string() if int(text) else "", end="")


def is_ours(frame):
    place = frame.find_sal().symtab
    if place is None:
        return frame.name() is None or frame.name().startswith("weft_")
    return place.filename.startswith(("framework/", "kernel-shim/", "src/",
                                      "scenarios/run"))


def stopped(event):
    """At weft_gdb_stop(): say where, and go to who did it."""
    if not isinstance(event, gdb.BreakpointEvent):
        return
    if stop not in event.breakpoints:
        return
    tree = gdb.parse_and_eval("weft_gdb_tree").string()
    if tree:
        gdb.execute("directory " + tree, to_string=True)
    show("stop")
    frame = gdb.newest_frame()
    while frame is not None and is_ours(frame):
        frame = frame.older()
    if frame is not None:
        frame.select()
        gdb.execute("frame")


class Weft(gdb.Command):
    """Tasks, locks and steps of a replay: weft help"""

    def __init__(self):
        super().__init__("weft", gdb.COMMAND_USER)

    def complete(self, text, word):
        return [name for name in ("threads", "locks", "why", "step", "back",
                                  "finding", "help") if name.startswith(word)]

    def invoke(self, argument, from_tty):
        words = argument.split()
        verb = words[0] if words else "help"
        if verb == "help":
            print(HELP)
        elif verb in ("threads", "locks", "why"):
            if is_stopped():
                show(verb)
        elif verb in ("step", "back", "finding"):
            self.move(verb, words)
        else:
            raise gdb.GdbError(f"weft: no command '{verb}'\n{HELP}")

    @staticmethod
    def move(verb, words):
        if len(words) > 1 and not words[1].isdigit():
            raise gdb.GdbError(f"weft {verb}: '{words[1]}' is no number")
        count = int(words[1]) if len(words) > 1 else 1
        now = number("weft_gdb_at")
        if verb == "back":
            gdb.execute(f"set environment WEFT_INSIDE_GDB {max(now - count, 1)}")
            gdb.execute("run")
        elif is_stopped():
            until = 0 if verb == "finding" else now + count
            gdb.execute(f"set variable weft_gdb_until = {until}")
            gdb.execute("continue")


gdb.execute("set confirm off")
gdb.execute("set pagination off")
gdb.execute("set print thread-events off")
gdb.execute("set breakpoint pending on")
# Faults of the kernel are Weft's business.
for name in "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGVTALRM", "SIGPROF":
    gdb.execute(f"handle {name} nostop noprint pass", to_string=True)
stop = gdb.Breakpoint("weft_gdb_stop", internal=True)
stop.silent = True
gdb.events.stop.connect(stopped)
Weft()
print("Weft: 'weft help' lists what is added to gdb.")
gdb.execute("run")
