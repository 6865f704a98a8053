//! A face of the sample wall: press it to explore it, pin it, keep it, look at it closely.

use egui::{Rect, Response, RichText, Sense, Tooltip, Ui, vec2};

use super::wall_picture;
use crate::latent::Latent;
use crate::readable;
use crate::session::Move;
use crate::ui::action::{Action, FrameAction, Screen};
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::menu;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::sheet::Sheet;
use crate::ui::widgets::{Face, keeps_arrows};

/// Least side of a face that is looked at closely, in points.
const CLOSE: f32 = 176.0;

/// Which face of the wall is looked at, by the pointer or by the keyboard.
#[derive(Default)]
pub struct WallLook {
    /// The one that the keyboard comes to.
    chosen: usize,
    /// Whether the keyboard goes to it in this frame.
    moved: bool,
    count: usize,
    columns: usize,
    /// The face of the newest wall that is looked at closely.
    pub close: Option<Latent>,
    /// How real D takes that one for, 0..1, once it has said so.
    pub verdict: Option<f32>,
}

impl WallLook {
    /// A wall of `count` faces is about to be drawn.
    pub fn begin(&mut self, count: usize, columns: usize) {
        (self.count, self.columns) = (count, columns);
        self.chosen = self.chosen.min(count.saturating_sub(1));
        self.close = None;
    }

    /// Goes to another face, right and down.
    fn go(&mut self, way: egui::Vec2) {
        let by = way.x as i64 + way.y as i64 * self.columns as i64;
        let to = self.chosen as i64 + by;
        if by != 0 && (0..self.count as i64).contains(&to) {
            self.chosen = to as usize;
            self.moved = true;
        }
    }
}

/// A face of the wall that is on show.
pub struct WallFace<'a> {
    pub sheet: &'a Sheet,
    pub place: usize,
    /// Whether it is drawn by the newest weights.
    pub is_newest: bool,
}

impl WallFace<'_> {
    pub fn show(
        &self,
        ui: &Ui,
        shared: &Shared<'_>,
        look: &mut WallLook,
        rect: Rect,
        actions: &mut Vec<Action>,
    ) {
        let step = self.sheet.step();
        let face = Face::new(self.sheet, self.place);
        let Some(latent) = shared.session.wall_face(step, self.place) else {
            return face.paint(ui, rect);
        };
        let is_pinned = self.place < shared.session.pins.at(step).len();
        let name = match is_pinned {
            true => format!("Pinned face {}", self.place + 1),
            false => format!("Face {} of the wall", self.place + 1),
        };
        // One of them is a stop of the keyboard; from there arrows lead to the others.
        let sense = match look.chosen == self.place {
            true => Sense::click(),
            false => Sense::CLICK,
        };
        let response = face.selected(is_pinned).sensing(ui, rect, &name, sense);
        if look.chosen == self.place && std::mem::take(&mut look.moved) {
            response.request_focus();
        }
        self.keys(ui, shared, (&response, latent), look, actions);
        if response.clicked() {
            explore(latent, actions);
        }
        menu::popup(&response, |ui, by_key| {
            self.entries(ui, shared, latent, by_key, actions);
        });
        if response.hovered() || response.has_focus() {
            look.close = Some(latent.clone()).filter(|_| self.is_newest);
            self.close(&response, look, &name, is_pinned);
        }
    }

    fn keys(
        &self,
        ui: &Ui,
        shared: &Shared<'_>,
        (response, latent): (&Response, &Latent),
        look: &mut WallLook,
        actions: &mut Vec<Action>,
    ) {
        if response.has_focus() {
            keeps_arrows(response);
            look.go(Command::MoveOnWall.arrows(ui));
        }
        let is_meant = response.has_focus() || response.hovered();
        if !is_meant || !shared.can_pin(latent) {
            return;
        }
        let is_pinned = shared.session.pins.now().contains(latent);
        let unpinned = is_pinned && response.has_focus() && Command::Unpin.pressed(ui);
        if unpinned || Command::PinOnWall.pressed(ui) {
            actions.push(Action::Train(TrainAction::Pin(latent.clone())));
        }
    }

    fn entries(
        &self,
        ui: &mut Ui,
        shared: &Shared<'_>,
        latent: &Latent,
        by_key: bool,
        actions: &mut Vec<Action>,
    ) {
        let first = ui.button("Explore");
        if by_key {
            first.request_focus();
        }
        if first.clicked() {
            explore(latent, actions);
            ui.close();
        }
        let is_pinned = shared.session.pins.now().contains(latent);
        let pin = if is_pinned {
            Command::Unpin
        } else {
            Command::PinOnWall
        };
        if ui
            .add_enabled(shared.can_pin(latent), egui::Button::new(pin.name()))
            .clicked()
        {
            actions.push(Action::Train(TrainAction::Pin(latent.clone())));
            ui.close();
        }
        if ui.button("Keep on the shelf").clicked() {
            let step = shared.session.last.map_or(0, |last| last.step);
            let keep = ExploreAction::KeepOfRun(latent.clone(), step);
            actions.push(Action::Explore(keep));
            ui.close();
        }
        ui.separator();
        wall_picture::entries(ui, self.sheet, (self.place, latent), actions);
    }

    /// The face enlarged, and what D says of it.
    fn close(&self, response: &Response, look: &WallLook, name: &str, is_pinned: bool) {
        let tip = if response.has_focus() && !response.hovered() {
            let ctx = response.ctx.clone();
            Tooltip::always_open(ctx, response.layer_id, response.id, response.rect)
        } else {
            Tooltip::for_enabled(response)
        };
        let own = self.sheet.tile().max(1) as f32 / response.ctx.pixels_per_point();
        let side = (CLOSE / own).ceil().max(1.0) * own;
        tip.width(side).show(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
            Face::new(self.sheet, self.place).paint(ui, rect);
            ui.label(RichText::new(name).font(theme::heading()));
            let verdict = match (self.is_newest, look.verdict) {
                (true, Some(verdict)) => {
                    format!("Realism {verdict:.2} (the discriminator's verdict, 0 to 1)")
                }
                (true, None) => "Realism …".to_owned(),
                (false, _) => format!("As it was at step {}", readable::count(self.sheet.step())),
            };
            ui.label(RichText::new(verdict).color(palette(ui).muted));
            let pin = if is_pinned {
                Command::Unpin
            } else {
                Command::PinOnWall
            };
            let keys = format!(
                "Press: explore · {}: {} · {}: more",
                pin.key(),
                pin.name().to_lowercase(),
                Command::FaceMenu.key()
            );
            ui.label(
                RichText::new(keys)
                    .font(theme::small())
                    .color(palette(ui).muted),
            );
        });
    }
}

fn explore(latent: &Latent, actions: &mut Vec<Action>) {
    actions.push(Action::Explore(ExploreAction::ShowRun));
    actions.push(Action::moved(Move::Face(latent.clone()), None));
    actions.push(Action::Frame(FrameAction::Show(Screen::Explore)));
}
