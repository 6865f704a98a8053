//! Which changes belong together: those of one press of the mouse, one key that is held, one turn of the wheel.

use egui::{Event, Ui};

/// A second press so soon, in seconds, is that of a double click.
const DOUBLE: f64 = 0.3;
/// A wheel that rests so long, in seconds, begins anew.
const PAUSE: f64 = 0.4;

/// Counts gestures, so that the edits of one can be told from those of the next.
#[derive(Debug)]
pub struct Gestures {
    count: u64,
    pressed: f64,
    turned: f64,
}

impl Default for Gestures {
    fn default() -> Self {
        Self {
            count: 0,
            pressed: f64::NEG_INFINITY,
            turned: f64::NEG_INFINITY,
        }
    }
}

impl Gestures {
    /// Takes in what happened since the last frame.
    pub fn follow(&mut self, ui: &Ui) {
        // Whoever types a text makes one change of it.
        let typing = ui.text_edit_focused();
        let (now, pressed, key, wheel) = ui.input(|input| {
            let fresh = |event: &Event| {
                let Event::Key {
                    pressed, repeat, ..
                } = event
                else {
                    return false;
                };
                *pressed && !*repeat
            };
            let key = !typing && input.events.iter().any(fresh);
            let wheel = input.smooth_scroll_delta() != egui::Vec2::ZERO;
            (input.time, input.pointer.any_pressed(), key, wheel)
        });
        let new_press = pressed && now - self.pressed > DOUBLE;
        let new_turn = wheel && now - self.turned > PAUSE;
        self.count += u64::from(new_press || key || new_turn);
        if pressed {
            self.pressed = now;
        }
        if wheel {
            self.turned = now;
        }
    }

    /// The number of a change by `control` within this gesture.
    pub fn of(&self, control: Control) -> u64 {
        (self.count << 16) | control.number()
    }
}

/// A control whose movements within one gesture are one step of undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// One number of the latent, moved by keys.
    Component(usize),
    Direction(usize),
    /// The bars of all numbers.
    Equaliser,
    /// The pad between four faces.
    Pad,
    /// Closer to the average face.
    Truncation,
    Morph,
    /// A number of the animation.
    Animation(usize),
}

impl Control {
    /// Below 2¹⁶; another one for each control.
    fn number(self) -> u64 {
        const DIRECTIONS: u64 = 0x8000;
        match self {
            Self::Component(place) => place as u64 % DIRECTIONS,
            Self::Direction(place) => DIRECTIONS | (place as u64 % 0x7f00),
            Self::Animation(place) => 0xff00 | (place as u64 % 0xf0),
            Self::Equaliser => 0xfffb,
            Self::Pad => 0xfffc,
            Self::Truncation => 0xfffd,
            Self::Morph => 0xfffe,
        }
    }
}

/// The number of all changes by a search: no press of the mouse comes so far.
pub fn of_search(search: u64) -> u64 {
    u64::MAX - search
}

/// The number of all changes by one pull at the face, which goes on for a moment after the hand has let go.
pub fn of_pull(pull: u64) -> u64 {
    of_search(pull + (1 << 32))
}

/// The number of all changes by a walk: as far from a press as from a search.
pub fn of_walk(walk: u64) -> u64 {
    (u64::MAX >> 1) - walk
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Context, Key, Modifiers, MouseWheelUnit, PointerButton, RawInput, pos2, vec2};

    fn press() -> Event {
        Event::PointerButton {
            pos: pos2(5.0, 5.0),
            button: PointerButton::Primary,
            pressed: true,
            modifiers: Modifiers::NONE,
        }
    }

    /// Of a press without a release in between egui itself says that it is repeated.
    fn key(pressed: bool) -> Event {
        Event::Key {
            key: Key::ArrowLeft,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        }
    }

    /// The number of the gesture after each event.
    fn numbers(events: Vec<(f64, Event)>) -> Vec<u64> {
        let (ctx, mut gestures) = (Context::default(), Gestures::default());
        let mut after = |(time, event)| {
            let input = RawInput {
                time: Some(time),
                events: vec![event],
                ..RawInput::default()
            };
            let mut output = ctx.run_ui(input, |ui| gestures.follow(ui));
            output.textures_delta.clear();
            gestures.of(Control::Component(0)) >> 16
        };
        events.into_iter().map(&mut after).collect()
    }

    #[test]
    fn a_double_click_is_one_gesture_and_two_presses_are_two() {
        let up = |time| {
            let event = Event::PointerButton {
                pos: pos2(5.0, 5.0),
                button: PointerButton::Primary,
                pressed: false,
                modifiers: Modifiers::NONE,
            };
            (time, event)
        };
        let events = vec![
            (1.0, press()),
            up(1.1),
            (1.2, press()),
            up(1.3),
            (2.0, press()),
        ];
        assert_eq!(numbers(events), [1, 1, 1, 1, 2]);
    }

    #[test]
    fn a_key_that_is_held_is_one_gesture() {
        let events = vec![
            (1.0, key(true)),
            (1.5, key(true)),
            (1.6, key(true)),
            (1.7, key(false)),
            (1.8, key(true)),
        ];
        assert_eq!(numbers(events), [1, 1, 1, 1, 2]);
    }

    #[test]
    fn a_wheel_that_rests_begins_anew() {
        let turn = |time| {
            let event = Event::MouseWheel {
                unit: MouseWheelUnit::Point,
                delta: vec2(0.0, 3.0),
                phase: egui::TouchPhase::Move,
                source: egui::MouseWheelSource::Unknown,
                modifiers: Modifiers::NONE,
            };
            (time, event)
        };
        let numbers = numbers(vec![turn(1.0), turn(1.1), turn(1.2), turn(3.0)]);
        assert_eq!(numbers, [1, 1, 1, 2]);
    }
}
