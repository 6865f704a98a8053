//! Keys and buttons of the large face, and the sign that tells how large it is shown while that is not as large as it fits.

use egui::{
    Align, Frame, KeyboardShortcut, Layout, Margin, Rect, RichText, Ui, UiBuilder, Vec2, vec2,
};

use super::zoom::{Lens, PACE, STEP, Zoom, ZoomAction};
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::choices::{Centre, Side};
use crate::ui::explore::state::ExploreState;
use crate::ui::frame::commands::{Command, way};
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, Tip, ends};

/// Width and height of the sign.
const SIZE: Vec2 = vec2(196.0, 34.0);

impl ExploreState {
    /// Whether the face stands alone in the middle, where it can be made larger.
    pub fn has_large_face(&self) -> bool {
        let alone = matches!(self.controls.centre, Centre::Face | Centre::Pull);
        self.explorer.is_some() && (alone || self.controls.side == Side::Paint)
    }
}

/// What keys do with it.
pub fn of_keys(command: Command, key: &KeyboardShortcut, state: &ExploreState) -> Option<Action> {
    if command == Command::PixelView {
        let smooth = state.controls.crisp;
        return Some(Action::Explore(ExploreAction::Smooth(smooth)));
    }
    if !state.has_large_face() {
        return None;
    }
    let zoom = |action| Some(Action::Explore(ExploreAction::Zoom(action)));
    match command {
        Command::ZoomFaceIn => zoom(ZoomAction::By(STEP, Vec2::ZERO)),
        Command::ZoomFaceOut => zoom(ZoomAction::By(1.0 / STEP, Vec2::ZERO)),
        Command::FitFace => zoom(ZoomAction::Fit),
        // What lies that way comes into sight.
        Command::PanFace if state.controls.zoom.is_in() => zoom(ZoomAction::Pan(-PACE * way(key))),
        _ => None,
    }
}

/// Draws the sign into a corner of the room of the face.
pub fn sign(ui: &mut Ui, zoom: &Zoom, lens: &Lens, actions: &mut Vec<Action>) {
    if !zoom.is_in() {
        return;
    }
    let corner = lens.room.right_top() + vec2(-SIZE.x - theme::TIGHT, theme::TIGHT);
    let rect = Rect::from_min_size(corner, SIZE);
    // Over the face, and no part of the layout: nothing moves when it comes.
    let place = UiBuilder::new().max_rect(rect).id_salt("zoom");
    let mut over = ui.new_child(place);
    let frame = Frame::popup(over.style()).inner_margin(Margin::symmetric(8, 4));
    frame.show(&mut over, |ui| {
        let row = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(SIZE - vec2(18.0, 10.0), row, |ui| {
            let told = |ui: &mut Ui| {
                let text = RichText::new(in_words(zoom)).color(palette(ui).text);
                ui.label(text).tip(about(zoom));
            };
            ends(ui, told, |ui| {
                let fit = Button::of(Command::FitFace).small().quiet().cap();
                if ui.add(fit).clicked() {
                    actions.push(Action::Explore(ExploreAction::Zoom(ZoomAction::Fit)));
                }
            });
        });
    });
}

fn in_words(zoom: &Zoom) -> String {
    let pixels = if zoom.shows_pixels() {
        " · pixels"
    } else {
        ""
    };
    format!("× {:.1}{pixels}", zoom.factor())
}

fn about(zoom: &Zoom) -> String {
    let size = zoom.pixel();
    let mut about = format!(
        "A pixel of the face is {size:.0} points large. The wheel makes it larger or smaller."
    );
    if zoom.shows_pixels() {
        about += " From 12 points on, pixels are shown as they are (nearest neighbour).";
    }
    about
}

/// The same as buttons, for those without a wheel.
pub fn choices(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let enabled = state.has_large_face();
    let is_in = state.controls.zoom.is_in();
    ui.horizontal(|ui| {
        for (command, action, enabled) in [
            (
                Command::ZoomFaceIn,
                ZoomAction::By(STEP, Vec2::ZERO),
                enabled,
            ),
            (
                Command::ZoomFaceOut,
                ZoomAction::By(1.0 / STEP, Vec2::ZERO),
                enabled && is_in,
            ),
            (Command::FitFace, ZoomAction::Fit, enabled && is_in),
        ] {
            if ui.add_enabled(enabled, Button::of(command)).clicked() {
                actions.push(Action::Explore(ExploreAction::Zoom(action)));
            }
        }
    });
}
