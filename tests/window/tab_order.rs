//! The Tab key goes through every screen as one reads it, to every control that can be used, and to none twice.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect};
use egui_kittest::Node;
use egui_kittest::kittest::NodeT as _;

use crate::kit::explore::{exploring, key};
use crate::kit::tour::CONTROLS;
use crate::kit::{Window, choose, press, tour, until_seen};

/// The lower edge of the top bar.
const BAR: f32 = 51.0;
/// More stops than any screen has.
const MOST: usize = 400;

/// A control where the keyboard stopped.
struct Stop {
    id: u64,
    name: String,
    /// Where it is, and where the one before it is in the same frame.
    rect: Rect,
    before: Option<Rect>,
}

fn id_of(node: &Node<'_>) -> u64 {
    node.accesskit_node().locate().0.0
}

fn name_of(node: &Node<'_>) -> String {
    let node = node.accesskit_node();
    format!("{:?} “{}”", node.role(), node.label().unwrap_or_default())
}

fn nodes(harness: &Window) -> Vec<Node<'_>> {
    harness.root().children_recursive().collect()
}

/// All stops until the first one comes again.
fn stops(harness: &mut Window) -> Vec<Stop> {
    let mut all: Vec<Stop> = Vec::new();
    let mut tabs = 0;
    loop {
        tabs += 1;
        assert!(tabs < MOST, "the Tab key never came back");
        key(harness, Modifiers::NONE, Key::Tab);
        let nodes = nodes(harness);
        let focused = nodes.iter().find(|node| {
            let node = node.accesskit_node();
            node.is_focused() && node.role() != Role::Window
        });
        let Some(focused) = focused else { continue };
        let id = id_of(focused);
        if all.first().is_some_and(|first| first.id == id) {
            return all;
        }
        let before = all.last().map(|stop| stop.id);
        let before = nodes.iter().find(|node| Some(id_of(node)) == before);
        all.push(Stop {
            id,
            name: name_of(focused),
            rect: focused.rect(),
            before: before.map(Node::rect),
        });
    }
}

/// In which part of the window a control is: bar, the panels between these edges, or what stands beneath `foot`.
fn part(rect: Rect, edges: &[f32], foot: f32) -> usize {
    let centre = rect.center();
    if centre.y < BAR {
        return 0;
    }
    let panel = edges.iter().filter(|edge| centre.x > **edge).count();
    1 + panel + if centre.y > foot { 100 } else { 0 }
}

/// Whether reading leads from one to the other: to the right in a row, or down.
fn is_reading(from: Rect, to: Rect) -> bool {
    let overlap = from.bottom().min(to.bottom()) - from.top().max(to.top());
    if overlap > 0.5 * from.height().min(to.height()) {
        return to.left() >= from.left() - 1.0;
    }
    to.center().y >= from.center().y
}

/// Goes through a screen whose panels lie between `edges`, above `foot`.
fn look(harness: &mut Window, screen: &str, panels: (&[f32], f32), wrong: &mut Vec<String>) {
    look_at(harness, screen, panels, &[], wrong);
}

/// The same, where something stands before the controls `beneath`.
fn look_at(
    harness: &mut Window,
    screen: &str,
    (edges, foot): (&[f32], f32),
    beneath: &[u64],
    wrong: &mut Vec<String>,
) {
    harness.ctx.memory_mut(|memory| {
        if let Some(id) = memory.focused() {
            memory.surrender_focus(id);
        }
    });
    harness.run_steps(3);
    let is_usable = |node: &&Node<'_>| {
        let told = node.accesskit_node();
        CONTROLS.contains(&told.role()) && !told.is_disabled()
    };
    let usable: Vec<(u64, String)> = nodes(harness)
        .iter()
        .filter(is_usable)
        .map(|node| (id_of(node), name_of(node)))
        .filter(|(id, _)| !beneath.contains(id))
        .collect();
    let stops = stops(harness);
    for (place, stop) in stops.iter().enumerate() {
        if stops[..place].iter().any(|earlier| earlier.id == stop.id) {
            wrong.push(format!("{screen}: twice at {}", stop.name));
        }
        let Some(before) = stop.before else { continue };
        let same = part(before, edges, foot) == part(stop.rect, edges, foot);
        if same && !is_reading(before, stop.rect) {
            let earlier = &stops[place - 1].name;
            wrong.push(format!(
                "{screen}: from {earlier} {before} back to {} {}",
                stop.name, stop.rect
            ));
        }
    }
    // The wall is one stop, and arrow keys go from face to face.
    let is_on_wall = |name: &str| name.contains("of the wall");
    for (id, name) in usable {
        let alike = |stop: &Stop| stop.id == id || (is_on_wall(&name) && is_on_wall(&stop.name));
        // A notice may have gone by itself meanwhile.
        let is_there = nodes(harness).iter().any(|node| id_of(node) == id);
        if is_there && !stops.iter().any(alike) {
            wrong.push(format!("{screen}: never at {name}"));
        }
    }
}

const DATA: (&[f32], f32) = (&[280.0, 960.0], 730.0);
const TRAIN: (&[f32], f32) = (&[272.0, 888.0], 800.0);
const EXPLORE: (&[f32], f32) = (&[232.0, 888.0], 700.0);
const ANIMATE: (&[f32], f32) = (&[940.0], 590.0);
const MODELS: (&[f32], f32) = (&[944.0], 800.0);

#[test]
fn through_the_screens_before_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = tour::before_a_run(folder.path());
    let mut wrong = Vec::new();
    tour::screens(&mut harness, &["Train", "Data"], &mut |harness, name| {
        let panels = if name == "Train" { TRAIN } else { DATA };
        look(harness, name, panels, &mut wrong);
    });
    choose(&mut harness, Role::RadioButton, "Your pictures");
    look(&mut harness, "Data, no pictures", DATA, &mut wrong);
    let beneath: Vec<u64> = nodes(&harness).iter().map(id_of).collect();
    tour::sheets(&mut harness, &mut |harness, sheet| {
        look_at(harness, sheet, (&[], 800.0), &beneath, &mut wrong);
    });
    tour::assert_none(&wrong);
}

#[test]
fn through_a_run_in_every_state() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = tour::before_a_run(folder.path());
    let mut wrong = Vec::new();
    tour::run(&mut harness, &mut |harness, state| {
        // While it runs controls come and go under the Tab key.
        if state != "running" {
            look(harness, state, TRAIN, &mut wrong);
        }
    });
    tour::assert_none(&wrong);
}

#[test]
fn through_explore_and_animate() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let mut wrong = Vec::new();
    tour::sides(&mut harness, &mut |harness, side| {
        look(harness, side, EXPLORE, &mut wrong);
    });
    press(&mut harness, "Animate A to B");
    until_seen(&mut harness, "Picture on show");
    look(&mut harness, "Animate", ANIMATE, &mut wrong);
    tour::screens(&mut harness, &["Models"], &mut |harness, name| {
        look(harness, name, MODELS, &mut wrong);
    });
    tour::assert_none(&wrong);
}
