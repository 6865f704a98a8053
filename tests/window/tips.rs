//! Tooltips leave in sight what a person may want to press next.

use std::collections::HashMap;

use egui::accesskit::Role;
use egui::{AreaState, LayerId, Order, Pos2, Rect};
use egui_kittest::Node;
use egui_kittest::kittest::NodeT as _;

use crate::kit::explore::exploring;
use crate::kit::tour::CONTROLS;
use crate::kit::{Window, choose, press, tour, until_seen};

/// So much of a control may be covered.
const SOME: f32 = 0.5;

/// Nearer than this a control may be the one that is wanted next.
const NEXT: f32 = 32.0;
/// Tiles of a grid have others on all sides.
const TILES: [&str; 4] = ["of the wall", "“Picture ", "“Random face ", "“Model "];

/// What is in sight of each control, and what it is called.
fn controls(harness: &Window) -> Vec<(Rect, String)> {
    let in_sight: HashMap<u64, Rect> = harness.ctx.viewport(|viewport| {
        let layers = viewport.prev_pass.widgets.layers();
        let widgets = layers.flat_map(|(_, widgets)| widgets);
        let seen = widgets.map(|widget| (widget.id.accesskit_id().0, widget.interact_rect));
        seen.filter(|(_, rect)| rect.is_positive()).collect()
    });
    let all = harness.root().children_recursive();
    let is_control = |node: &Node<'_>| {
        let role = node.accesskit_node().role();
        CONTROLS.contains(&role) || role == Role::Label
    };
    let told = |node: Node<'_>| {
        let told = node.accesskit_node();
        let name = told.label().unwrap_or_default();
        let rect = in_sight.get(&told.locate().0.0)?;
        Some((*rect, format!("{:?} “{name}”", told.role())))
    };
    all.filter(is_control).filter_map(told).collect()
}

fn tooltips(harness: &Window) -> Vec<Rect> {
    let layers: Vec<LayerId> = harness
        .ctx
        .memory(|memory| memory.areas().visible_layer_ids().into_iter().collect());
    layers
        .into_iter()
        .filter(|layer| layer.order == Order::Tooltip)
        .filter_map(|layer| AreaState::load(&harness.ctx, layer.id))
        .map(|area| area.rect())
        .collect()
}

fn is_tile(name: &str) -> bool {
    TILES.iter().any(|tile| name.contains(tile))
}

/// Rests the pointer on every control; gives how many have a tooltip.
fn look(harness: &mut Window, screen: &str, wrong: &mut Vec<String>) -> usize {
    let whole = harness.ctx.content_rect();
    let mut count = 0;
    for (rect, name) in controls(harness) {
        let seen = rect.intersect(whole);
        if !seen.is_positive() || is_tile(&name) {
            continue;
        }
        harness.event(egui::Event::PointerGone);
        harness.run_steps(2);
        harness.event(egui::Event::PointerMoved(seen.center()));
        harness.run_steps(6);
        let tips = tooltips(harness);
        count += usize::from(!tips.is_empty());
        for tip in &tips {
            if !whole.contains_rect(*tip) {
                wrong.push(format!("{screen}: of {name} {rect} {tip} is cut off"));
            }
        }
        for (other, covered) in controls(harness) {
            if covered.starts_with("Label") {
                continue;
            }
            let holds = other.contains_rect(rect) || rect.contains_rect(other);
            let is_next = rect.expand(NEXT).intersects(other);
            if holds || !is_next || other.area() <= 0.0 {
                continue;
            }
            for tip in &tips {
                let both = tip.intersect(other.intersect(whole));
                if both.is_positive() && both.area() > SOME * other.area() {
                    wrong.push(format!(
                        "{screen}: of {name} {rect} {tip} covers {covered} {other}"
                    ));
                }
            }
        }
    }
    harness.event(egui::Event::PointerMoved(Pos2::new(-1.0, -1.0)));
    harness.event(egui::Event::PointerGone);
    harness.run_steps(2);
    count
}

#[test]
fn before_a_run_tooltips_cover_no_control() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = tour::before_a_run(folder.path());
    let (mut wrong, mut count) = (Vec::new(), 0);
    tour::screens(&mut harness, &["Train", "Data"], &mut |harness, name| {
        count += look(harness, name, &mut wrong);
    });
    assert!(count > 30, "only {count} tooltips");
    tour::assert_none(&wrong);
}

#[test]
fn of_a_run_tooltips_cover_no_control() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = tour::before_a_run(folder.path());
    let (mut wrong, mut count) = (Vec::new(), 0);
    tour::run(&mut harness, &mut |harness, state| {
        if state == "ended" || state == "list of runs" {
            count += look(harness, state, &mut wrong);
        }
    });
    assert!(count > 60, "only {count} tooltips");
    tour::assert_none(&wrong);
}

#[test]
fn while_exploring_tooltips_cover_no_control() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let (mut wrong, mut count) = (Vec::new(), 0);
    tour::sides(&mut harness, &mut |harness, side| {
        count += look(harness, side, &mut wrong);
    });
    choose(&mut harness, Role::RadioButton, "Pad");
    count += look(&mut harness, "Pad", &mut wrong);
    press(&mut harness, "Animate A to B");
    until_seen(&mut harness, "Picture on show");
    count += look(&mut harness, "Animate", &mut wrong);
    tour::screens(&mut harness, &["Models"], &mut |harness, name| {
        count += look(harness, name, &mut wrong);
    });
    assert!(count > 150, "only {count} tooltips");
    tour::assert_none(&wrong);
}
