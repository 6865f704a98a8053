//! The large face closer by: wheel, drags, keys and buttons, also while it is pulled at and painted on.

use crate::kit::explore::{drag, exploring, key, rect, state};
use crate::kit::{Window, app, choose, press, until};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, Vec2, pos2, vec2};
use egui_kittest::kittest::Queryable as _;

const NONE: Modifiers = Modifiers::NONE;
/// Pixels of the network's faces along a side.
const SIDE: f32 = 32.0;

fn face(harness: &Window) -> Rect {
    rect(harness, Role::Image, "Current face")
}

fn to_pull(harness: &Window) -> Rect {
    rect(harness, Role::Canvas, "Face to pull at")
}

/// Turns the wheel at a place of the screen.
fn turn(harness: &mut Window, at: Pos2, points: f32) {
    harness.hover_at(at);
    harness.run_steps(2);
    harness.input_mut().events.push(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, points),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: NONE,
    });
    harness.run_steps(20);
}

fn button(harness: &mut Window, at: Pos2, button: PointerButton, pressed: bool) {
    harness.input_mut().events.push(Event::PointerButton {
        pos: at,
        button,
        pressed,
        modifiers: NONE,
    });
    harness.run_steps(2);
}

/// Drags with a button, and looks at what there is on the way.
fn drag_by(
    harness: &mut Window,
    with: PointerButton,
    (from, way): (Pos2, Vec2),
    look: impl Fn(&Window),
) {
    harness.hover_at(from);
    harness.run_steps(2);
    button(harness, from, with, true);
    for share in [0.5, 1.0] {
        harness.hover_at(from + share * way);
        harness.run_steps(2);
        look(harness);
    }
    button(harness, from + way, with, false);
    harness.run_steps(2);
}

/// Drags with the middle button.
fn drag_about(harness: &mut Window, from: Pos2, way: Vec2) {
    drag_by(harness, PointerButton::Middle, (from, way), |_| ());
}

/// Sets a pin and gives where it is, in pixels of the face.
fn pin_at(harness: &mut Window, at: Pos2) -> Vec2 {
    let before = app(harness).pins().len();
    harness.hover_at(at);
    harness.run_steps(1);
    let modifiers = Modifiers::SHIFT;
    harness.event(Event::ModifiersChanged(modifiers));
    for pressed in [true, false] {
        harness.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers,
        });
        harness.run_steps(1);
    }
    harness.event(Event::ModifiersChanged(NONE));
    harness.run_steps(2);
    let pins = app(harness).pins();
    assert_eq!(pins.len(), before + 1);
    Vec2::from(pins[before])
}

#[test]
fn the_wheel_keeps_the_pixel_under_the_pointer_and_a_drag_moves_the_face() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::RadioButton, "Pull");
    let whole = to_pull(&harness);
    let at = whole.min + vec2(0.3, 0.7) * whole.size();
    let under = |at: Pos2| (at - whole.min) / whole.width() * SIDE - Vec2::splat(0.5);
    turn(&mut harness, at, 120.0);
    turn(&mut harness, at, 60.0);
    let pinned = pin_at(&mut harness, at);
    assert!(
        (pinned - under(at)).length() < 0.05,
        "{pinned} {}",
        under(at)
    );
    // What is beside it is closer by than in the whole face.
    let beside = pin_at(&mut harness, at + vec2(0.0, -90.0));
    let closer = (pinned - beside).y / (90.0 * SIDE / whole.width());
    let times = (-180.0_f32 / 200.0).exp();
    assert!((closer - times).abs() < 0.02, "{closer} {times}");
    // What is taken by the middle button goes along.
    drag_about(&mut harness, at, vec2(40.0, -30.0));
    let moved = pin_at(&mut harness, at + vec2(40.0, -30.0) + vec2(0.0, 60.0));
    let below = Vec2::new(0.0, 60.0 * SIDE / whole.width() * times);
    assert!((moved - pinned - below).length() < 0.05, "{moved} {pinned}");
    // A double click shows the whole face again.
    let middle = to_pull(&harness).center();
    for pressed in [true, false, true, false] {
        harness.input_mut().events.push(Event::PointerButton {
            pos: middle,
            button: PointerButton::Primary,
            pressed,
            modifiers: NONE,
        });
    }
    harness.run_steps(3);
    assert_eq!(to_pull(&harness), whole);
}

#[test]
fn a_face_that_is_looked_at_closely_is_pulled_where_the_pointer_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::RadioButton, "Pull");
    let before = state(&harness).pose().current.clone();
    let whole = to_pull(&harness);
    turn(&mut harness, whole.center(), 100.0);
    let from = whole.center();
    let way = [from, from + vec2(20.0, 0.0), from + vec2(45.0, 5.0)];
    // With Space held the face is moved about, and stays the same.
    harness.key_down(Key::Space);
    harness.run_steps(2);
    let is_held = |harness: &Window| {
        let held = harness.query_by_role_and_label(Role::Canvas, "Face to pull at, held");
        held.is_some()
    };
    drag_by(
        &mut harness,
        PointerButton::Primary,
        (from, vec2(45.0, 5.0)),
        |harness| {
            assert!(!is_held(harness));
        },
    );
    harness.key_up(Key::Space);
    harness.run_steps(2);
    assert_eq!(state(&harness).pose().current, before);
    drag(&mut harness, &way);
    until(&mut harness, "another face", move |app| {
        let explored = app.explored();
        explored.is_some_and(|explored| explored.pose().current != before)
    });
}

#[test]
fn keys_and_buttons_do_what_the_wheel_does_and_the_sign_tells() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let whole = face(&harness);
    assert!(harness.query_by_label("Fit").is_none());
    key(&mut harness, NONE, Key::Z);
    key(&mut harness, NONE, Key::Z);
    harness.get_by_label_contains("× 1.6");
    key(&mut harness, Modifiers::SHIFT, Key::Z);
    harness.get_by_label_contains("× 1.2");
    let larger = face(&harness);
    assert!((larger.width() / whole.width() - 1.25).abs() < 1e-3);
    key(&mut harness, Modifiers::COMMAND, Key::ArrowRight);
    let moved = larger.right() - face(&harness).right();
    assert!((moved - 0.1 * whole.width()).abs() < 0.1, "{moved}");
    key(&mut harness, NONE, Key::Num0);
    assert_eq!(face(&harness), whole);
    // The same by buttons.
    press(&mut harness, "More about the face");
    press(&mut harness, "Larger");
    press(&mut harness, "Larger");
    press(&mut harness, "Smaller");
    key(&mut harness, NONE, Key::Escape);
    harness.get_by_label_contains("× 1.2");
    press(&mut harness, "Fit");
    assert_eq!(face(&harness), whole);
    // Another face is looked at as closely.
    key(&mut harness, NONE, Key::Z);
    key(&mut harness, NONE, Key::N);
    harness.get_by_label_contains("× 1.2");
}

#[test]
fn pixels_are_seen_as_they_are_close_by_or_by_choice() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    assert!(!app(&harness).shows_pixels());
    key(&mut harness, NONE, Key::Z);
    harness.get_by_label_contains("pixels");
    assert!(app(&harness).shows_pixels());
    key(&mut harness, NONE, Key::Num0);
    assert!(!app(&harness).shows_pixels());
    key(&mut harness, NONE, Key::X);
    press(&mut harness, "More about the face");
    let pixels = |harness: &Window| {
        let node = harness.get_by_role_and_label(Role::CheckBox, "Pixel view");
        format!(
            "{:?}",
            egui_kittest::kittest::NodeT::accesskit_node(&node).toggled()
        )
    };
    assert!(pixels(&harness).contains("True"));
    choose(&mut harness, Role::CheckBox, "Pixel view");
    assert!(pixels(&harness).contains("False"));
}

#[test]
fn a_plain_drag_carries_a_whole_face_and_moves_a_larger_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let whole = face(&harness);
    let from = whole.center();
    let shelf = pos2(640.0, 760.0);
    let on_the_way = from + vec2(25.0, 25.0);
    drag(&mut harness, &[from, on_the_way, shelf]);
    assert_eq!(state(&harness).pose().shelf.len(), 1);
    key(&mut harness, NONE, Key::Z);
    let before = face(&harness);
    drag(
        &mut harness,
        &[from, from + vec2(25.0, 0.0), from + vec2(50.0, 0.0)],
    );
    assert!((face(&harness).left() - before.left() - 50.0).abs() < 1.0);
    // However far it is dragged, some of it stays where the whole face stood.
    for _ in 0..6 {
        drag(
            &mut harness,
            &[from, from + vec2(100.0, 0.0), from + vec2(200.0, 0.0)],
        );
    }
    assert!(face(&harness).left() <= whole.left() + 1.0);
    assert!(face(&harness).contains(pos2(whole.left() + 2.0, whole.center().y)));
}

#[test]
fn a_face_that_is_painted_on_is_moved_about_without_a_stroke() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::Tab, "Paint");
    let whole = rect(&harness, Role::Canvas, "Face to paint on");
    turn(&mut harness, whole.center(), 100.0);
    let strokes = |harness: &Window| app(harness).strokes();
    drag_about(&mut harness, whole.center(), vec2(40.0, 0.0));
    assert_eq!(strokes(&harness), 0);
    let from = whole.center();
    let along = |x: f32| from + vec2(x, 0.0);
    drag(&mut harness, &[from, along(20.0), along(40.0)]);
    assert_eq!(strokes(&harness), 1);
    drag_about(&mut harness, whole.center(), vec2(-40.0, 0.0));
    assert_eq!(strokes(&harness), 1);
}
