//! Hands on the Explore screen: double clicks, the wheel, keys, and what of it is one step of undo.

use crate::kit::explore::{
    LATENT, along, component, drag, exploring, key, reach, rect, state, undo,
};
use crate::kit::{Window, choose, press};
use egui::accesskit::Role;
use egui::{
    Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchPhase, vec2,
};
use egui_kittest::kittest::Queryable as _;
use morphogan::session::Term;

fn focus(harness: &mut Window, role: Role, label: &str) {
    harness.get_by_role_and_label(role, label).focus();
    harness.run_steps(3);
}

/// Presses and releases within one frame.
fn click(harness: &mut Window, at: Pos2) {
    let button = |pressed| Event::PointerButton {
        pos: at,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    let events = [Event::PointerMoved(at), button(true), button(false)];
    harness.input_mut().events.extend(events);
    harness.step();
}

/// One notch; then the frames that egui spreads it over.
fn wheel(harness: &mut Window, modifiers: Modifiers) {
    let turn = Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: vec2(0.0, 1.0),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Unknown,
        modifiers,
    };
    harness.event_modifiers(turn, modifiers);
    harness.run_steps(12);
}

#[test]
fn a_double_click_resets_a_strip_and_is_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let before = component(&harness, 0);
    let strip = rect(&harness, Role::Slider, "smile");
    drag(&mut harness, &along(strip, &[0.4, 0.6, 0.9]));
    let dragged = component(&harness, 0);
    assert!((dragged - before).abs() > 0.5);
    harness.run_steps(4);
    let at = strip.center() - vec2(0.3 * strip.width(), 0.0);
    click(&mut harness, at);
    click(&mut harness, at);
    harness.run_steps(3);
    assert!((component(&harness, 0) - before).abs() < 1e-3);
    undo(&mut harness);
    assert!((component(&harness, 0) - dragged).abs() < 1e-3);
}

#[test]
fn the_wheel_turns_a_strip_that_has_the_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let strip = rect(&harness, Role::Slider, "smile");
    click(&mut harness, strip.center());
    harness.run_steps(4);
    let start = component(&harness, 0);
    wheel(&mut harness, Modifiers::NONE);
    let turned = component(&harness, 0);
    assert!((turned - start).abs() > 0.05, "{start} {turned}");
    wheel(&mut harness, Modifiers::SHIFT);
    let finely = component(&harness, 0) - turned;
    assert!(finely.abs() > 0.0 && finely.abs() < 0.5 * (turned - start).abs());
    undo(&mut harness);
    assert_eq!(component(&harness, 0), turned, "each turn is one step");
    undo(&mut harness);
    assert_eq!(component(&harness, 0), start);
    key(&mut harness, Modifiers::NONE, Key::End);
    let end = reach(&harness, "smile");
    assert!((component(&harness, 0) - end).abs() < 1e-3);
}

#[test]
fn a_number_is_locked_in_its_lane_typed_and_all_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::Tab, "Raw");
    let bars = rect(&harness, Role::Slider, "z 1");
    // A bar that is pressed has the keyboard.
    click(
        &mut harness,
        Pos2::new(bars.left() + 3.0, bars.top() + 20.0),
    );
    harness.run_steps(3);
    let painted = component(&harness, 0);
    key(&mut harness, Modifiers::NONE, Key::ArrowUp);
    assert!((component(&harness, 0) - painted - 0.1).abs() < 1e-4);
    // Space compares meanwhile.
    harness.key_down(Key::Space);
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Image, "Face before the changes");
    harness.key_up(Key::Space);
    harness.run_steps(3);
    // The lane below the bars.
    click(
        &mut harness,
        Pos2::new(bars.left() + 3.0, bars.top() + 63.0),
    );
    harness.run_steps(3);
    assert!(state(&harness).pose().locked.contains(&0));
    press(&mut harness, "Lock all");
    assert_eq!(state(&harness).pose().locked.len(), LATENT);
    press(&mut harness, "Unlock all");
    assert!(state(&harness).pose().locked.is_empty());

    // Two numbers that are typed one after the other are two steps.
    for text in ["0.5", "0.75"] {
        choose(&mut harness, Role::SpinButton, "z 1, typed");
        key(&mut harness, Modifiers::COMMAND, Key::A);
        harness
            .get_by_role_and_label(Role::SpinButton, "z 1, typed")
            .type_text(text);
        key(&mut harness, Modifiers::NONE, Key::Enter);
    }
    assert!((component(&harness, 0) - 0.75).abs() < 1e-4);
    undo(&mut harness);
    assert!(
        (component(&harness, 0) - 0.5).abs() < 1e-4,
        "{}",
        component(&harness, 0)
    );
}

#[test]
fn truncation_goes_by_keys_and_each_press_is_a_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let share = |harness: &Window| state(harness).pose().truncation();
    let start = share(&harness);
    focus(&mut harness, Role::Slider, "Truncation");
    key(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    let once = share(&harness);
    key(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    assert!(share(&harness) < once && once < start);
    undo(&mut harness);
    assert!((share(&harness) - once).abs() < 1e-4);
    undo(&mut harness);
    assert!((share(&harness) - start).abs() < 1e-4);
    choose(&mut harness, Role::SpinButton, "Truncation, typed");
    key(&mut harness, Modifiers::COMMAND, Key::A);
    harness
        .get_by_role_and_label(Role::SpinButton, "Truncation, typed")
        .type_text("0.5");
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert!((share(&harness) - 0.5).abs() < 1e-3);
}

#[test]
fn the_wall_is_new_by_key_and_more_like_the_face_by_slider() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let wall = state(&harness).wall().to_vec();
    key(&mut harness, Modifiers::NONE, Key::R);
    assert_ne!(state(&harness).wall(), wall);
    press(&mut harness, "New random faces");
    focus(
        &mut harness,
        Role::Slider,
        "Likeness of the wall to the current face",
    );
    for _ in 0..4 {
        key(&mut harness, Modifiers::NONE, Key::ArrowRight);
    }
    assert!(state(&harness).likeness() > 0.0);
    assert!(
        !state(&harness).can_undo(),
        "nothing that a person made has changed"
    );
}

#[test]
fn keys_put_the_current_face_where_it_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    key(&mut harness, Modifiers::NONE, Key::N);
    let face = state(&harness).pose().current.clone();
    key(&mut harness, Modifiers::NONE, Key::A);
    assert_eq!(state(&harness).pose().a, face);
    let corners = [Key::Num1, Key::Num2, Key::Num3];
    for (place, digit) in corners.into_iter().enumerate() {
        key(&mut harness, Modifiers::NONE, digit);
        assert_eq!(state(&harness).pose().pad.corners[place], face);
    }
    key(&mut harness, Modifiers::SHIFT, Key::C);
    assert_eq!(state(&harness).pose().board.of(Term::C), [face]);
    undo(&mut harness);
    assert!(state(&harness).pose().board.of(Term::C).is_empty());
    key(&mut harness, Modifiers::COMMAND, Key::Y);
    assert_eq!(state(&harness).pose().board.of(Term::C).len(), 1);
    undo(&mut harness);
    key(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(state(&harness).pose().board.of(Term::C).len(), 1);
}

#[test]
fn before_by_its_button_and_by_space_wherever_the_keyboard_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let before = |harness: &Window| {
        let label = "Face before the changes";
        harness
            .query_by_role_and_label(Role::Image, label)
            .is_some()
    };
    let button = rect(&harness, Role::Button, "Before");
    harness.drag_at(button.center());
    harness.run_steps(3);
    assert!(before(&harness));
    harness.drop_at(button.center());
    harness.run_steps(3);
    assert!(!before(&harness));
    for (role, label) in [
        (Role::Button, "Before"),
        (Role::Slider, "Between A and B"),
        (Role::Slider, "Truncation"),
    ] {
        focus(&mut harness, role, label);
        harness.key_down(Key::Space);
        harness.run_steps(3);
        assert!(before(&harness), "{label}");
        harness.key_up(Key::Space);
        harness.run_steps(3);
        assert!(!before(&harness), "{label}");
    }
}

#[test]
fn what_is_seldom_needed_stands_behind_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    press(&mut harness, "More about the face");
    choose(&mut harness, Role::CheckBox, "Show what has changed");
    harness.get_by_role_and_label(Role::Image, "What has changed");
    choose(&mut harness, Role::CheckBox, "Show what has changed");
    choose(&mut harness, Role::CheckBox, "Pixel view");
    choose(&mut harness, Role::CheckBox, "Pixel view");
    press(&mut harness, "The average face (all numbers 0)");
    assert!(state(&harness).pose().current.0.iter().all(|x| *x == 0.0));
    undo(&mut harness);
    assert!(!state(&harness).can_undo());
}
