"""Looks at the program through AT-SPI, as a screen reader does, and prints what it finds of each screen as JSON.

Usage: count.py PROGRAM ARGUMENTS...   (inside dbus-run-session, with DISPLAY set)

Every control must have a name and a role, and those with a value one; what lacks is listed.
"""

import json
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ROLES = {
    "push button", "button", "check box", "toggle button", "combo box", "link", "menu item", "radio button", "slider", "spin button",
    "page tab", "entry", "text",
}
WITH_NUMBER = {"slider", "spin button"}
SCREENS = ["Data", "Train", "Explore", "Animate"]


def switch_on():
    """Without a screen reader the toolkit does not build its tree."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    for name in ("IsEnabled", "ScreenReaderEnabled"):
        value = GLib.Variant("(ssv)", ("org.a11y.Status", name, GLib.Variant("b", True)))
        bus.call_sync(
            "org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set", value, None,
            Gio.DBusCallFlags.NONE, 10000, None,
        )


def program(name, seconds):
    end = time.time() + seconds
    while time.time() < end:
        desktop = Atspi.get_desktop(0)
        for place in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(place)
            if child is not None and name in (child.get_name() or "").lower() and child.get_child_count():
                return child
        time.sleep(0.3)
    sys.exit("the program is not in the accessibility tree")


def walk(node):
    yield node
    for place in range(node.get_child_count()):
        child = node.get_child_at_index(place)
        if child is not None:
            yield from walk(child)


def controls(root):
    found = []
    for node in walk(root):
        try:
            role = node.get_role_name()
            if role in ROLES:
                found.append((node, role, node.get_name() or ""))
        except GLib.Error:
            # It left while it was looked at.
            continue
    return found


def lack(node, role, name):
    if not name.strip():
        return "no name"
    if role in WITH_NUMBER:
        if "Value" not in node.get_interfaces():
            return "no value"
        node.get_current_value()
    return None


def look(root):
    found = controls(root)
    lacks = []
    for node, role, name in found:
        try:
            why = lack(node, role, name)
        except GLib.Error:
            continue
        if why:
            lacks.append(f"{why}: {role} {name!r}")
    return {"controls": len(found), "lacks": lacks}


def press(root, name):
    for node, role, label in controls(root):
        if label == name and role in ("page tab", "radio button", "push button", "button"):
            if "Action" in node.get_interfaces() and node.get_n_actions():
                return node.do_action(0)
    return False


def settled(root):
    """Waits until the number of controls stays the same."""
    before, same = -1, 0
    for _ in range(60):
        count = len(controls(root))
        same = same + 1 if count == before else 0
        if same >= 3:
            return
        before = count
        time.sleep(0.3)


def main():
    switch_on()
    child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        root = program("morphogan", 60)
        settled(root)
        result = {}
        for screen in SCREENS:
            pressed = press(root, screen)
            time.sleep(1.0)
            settled(root)
            result[screen] = {"pressed": pressed, **look(root)}
        print(json.dumps(result))
    finally:
        child.kill()
        child.wait()


main()
