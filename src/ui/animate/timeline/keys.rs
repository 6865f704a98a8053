//! Key faces, and the way between them.

use egui::{
    Align2, DragAndDrop, Rect, Response, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::axis::Axis;
use crate::latent::animation::KeyFace;
use crate::session::Change;
use crate::ui::action::Action;
use crate::ui::animate::action::AnimateAction;
use crate::ui::animate::motion;
use crate::ui::animate::state::AnimateState;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::menu::menu;
use crate::ui::explore::view::View;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{CarriedFace, Face, Tip, Typed, drop_ring, leaves_arrows, typed_name};

/// Height of the strip between two keys, and the room beside it.
const STRIP: f32 = 34.0;
const BESIDE: f32 = 8.0;
/// Faces of a strip, at most.
const MOST: usize = 12;
/// How much of a face that stands for another is seen.
const GHOST: f32 = 0.45;

/// Where a key or leg is on the timeline.
struct Row {
    axis: Axis,
    /// The middle of the tiles.
    middle: f32,
}

impl Row {
    fn tile(&self, seconds: f64) -> Rect {
        let side = self.axis.tile;
        Rect::from_center_size(pos2(self.axis.x(seconds), self.middle), vec2(side, side))
    }
}

pub fn show(
    ui: &mut Ui,
    state: &AnimateState,
    explorer: &Explorer,
    (axis, rect): (Axis, Rect),
    actions: &mut Vec<Action>,
) {
    let animation = state.project.animation();
    let starts = animation.starts();
    let row = Row {
        axis,
        middle: rect.top() + 6.0 + super::axis::TILE / 2.0,
    };
    let (mut room, mut tiles) = (Vec::new(), Vec::new());
    for (place, (key, start)) in animation.keys.iter().zip(&starts).enumerate() {
        let end = starts
            .get(place + 1)
            .copied()
            .unwrap_or(animation.seconds());
        let leg = strip_of(&row, key, (*start, end));
        let leads_on = animation.next(place).is_some();
        room.push(match leads_on && leg.is_positive() {
            true => ((leg.width() / STRIP).round() as usize).clamp(1, MOST),
            false => 0,
        });
        held(ui, &row, key, *start);
        let tile = row.tile(*start);
        // The Tab key goes from a key over the way to the next one.
        let response = one(ui, state, explorer, (place, key), tile, actions);
        tiles.push((place, response));
        if leads_on {
            legs(ui, state, explorer, place, leg, actions);
        }
    }
    if animation.closed && animation.keys.len() > 1 {
        ghost(ui, state, explorer, row.tile(animation.seconds()));
    }
    drops(&tiles, animation.keys.as_slice(), actions);
    if room != state.controls.room {
        actions.push(Action::Animate(AnimateAction::Room(room)));
    }
}

/// Where the strip of a leg is: between the tiles of its keys, after the first was held.
fn strip_of(row: &Row, key: &KeyFace, (start, end): (f64, f64)) -> Rect {
    let held = row.axis.x(start + f64::from(key.hold));
    let left = held.max(row.tile(start).right()) + BESIDE;
    let right = row.tile(end).left() - BESIDE;
    let half = STRIP / 2.0;
    Rect::from_x_y_ranges(left..=right, row.middle - half..=row.middle + half)
}

/// How long a key stays, where that reaches beyond its tile.
fn held(ui: &Ui, row: &Row, key: &KeyFace, start: f64) {
    let tile = row.tile(start);
    let end = row.axis.x(start + f64::from(key.hold));
    if end <= tile.right() {
        return;
    }
    let half = STRIP / 2.0;
    let bar = Rect::from_x_y_ranges(tile.center().x..=end, row.middle - half..=row.middle + half);
    let palette = palette(ui);
    ui.painter()
        .rect_filled(bar, theme::TILE_RADIUS, palette.hover);
    if end - tile.right() > 44.0 {
        let at = pos2((tile.right() + end) / 2.0, row.middle);
        ui.painter().text(
            at,
            Align2::CENTER_CENTER,
            "held",
            theme::small(),
            palette.muted,
        );
    }
}

/// The first key once more, where a loop comes back to it.
fn ghost(ui: &Ui, state: &AnimateState, explorer: &Explorer, tile: Rect) {
    let Some(key) = state.project.animation().keys.first() else {
        return;
    };
    let place = explorer.faces.place_of(View::Keys, &key.latent);
    Face::new(
        explorer.faces.sheet(View::Keys),
        place.unwrap_or(usize::MAX),
    )
    .paint(ui, tile);
    let shade = palette(ui).panel.gamma_multiply(1.0 - GHOST);
    ui.painter().rect_filled(tile, theme::TILE_RADIUS, shade);
    let at = tile.center_bottom() + vec2(0.0, 4.0);
    ui.painter().text(
        at,
        Align2::CENTER_TOP,
        "loop",
        theme::small(),
        palette(ui).muted,
    );
}

/// Faces on the way to the next key; pressed, it shows the face at that time.
fn legs(
    ui: &Ui,
    state: &AnimateState,
    explorer: &Explorer,
    place: usize,
    strip: Rect,
    actions: &mut Vec<Action>,
) {
    let animation = state.project.animation();
    let (Some(key), Some(next)) = (animation.keys.get(place), animation.next(place)) else {
        return;
    };
    if strip.width() < 4.0 {
        return;
    }
    let (palette, painter) = (
        palette(ui),
        ui.painter().with_clip_rect(strip.intersect(ui.clip_rect())),
    );
    painter.rect_filled(strip, theme::TILE_RADIUS, palette.raised);
    let count = state.controls.room.get(place).copied().unwrap_or(0);
    let cell = strip.width() / count.max(1) as f32;
    for (part, latent) in state.legs.of(place).iter().enumerate().take(count) {
        let middle = pos2(strip.left() + (part as f32 + 0.5) * cell, strip.center().y);
        let side = cell.max(STRIP);
        let at = explorer.faces.place_of(View::Legs, latent);
        let cell = Rect::from_center_size(middle, vec2(cell, STRIP));
        Face::new(explorer.faces.sheet(View::Legs), at.unwrap_or(usize::MAX))
            .radius(0.0)
            .paint_on(
                &painter.with_clip_rect(cell.intersect(painter.clip_rect())),
                Rect::from_center_size(middle, vec2(side, side)),
            );
    }
    painter.rect_filled(
        strip,
        theme::TILE_RADIUS,
        palette.panel.gamma_multiply(0.28),
    );
    let easing = key.easing.unwrap_or(animation.easing);
    let text = match (strip.width() > 92.0, key.seconds) {
        (_, 0.0) => "cut".to_owned(),
        (true, seconds) => format!("{seconds:.1} s · {}", motion::word(easing).to_lowercase()),
        (false, seconds) => format!("{seconds:.1} s"),
    };
    let under = strip.center_bottom() + vec2(0.0, 5.0);
    ui.painter().text(
        under,
        Align2::CENTER_TOP,
        text,
        theme::small(),
        palette.muted,
    );
    let name = format!("Way from key {} to key {}", place + 1, next + 1);
    let response = ui.interact(strip, ui.scope_id().with(&name), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    leaves_arrows(&response);
    drop_ring(ui, &response, strip);
    if response.clicked() {
        actions.push(Action::Animate(AnimateAction::Select(place)));
    }
    if let Some(face) = CarriedFace::dropped_on(&response) {
        // It takes its place after the key that the way comes from.
        actions.push(Action::Animate(AnimateAction::Select(place)));
        actions.push(Action::Animate(AnimateAction::Add(None, face)));
    }
    response.tip("Choose the way between two keys: how long it takes and how fast it is gone stand on the right. Let a face go here to put it in.");
}

/// A key face with its name.
fn one(
    ui: &mut Ui,
    state: &AnimateState,
    explorer: &Explorer,
    (place, key): (usize, &KeyFace),
    tile: Rect,
    actions: &mut Vec<Action>,
) -> Response {
    let at = explorer.faces.place_of(View::Keys, &key.latent);
    let sheet = explorer.faces.sheet(View::Keys);
    let selected = state.project.selected() == Some(place);
    let face = Face::new(sheet, at.unwrap_or(usize::MAX)).selected(selected);
    let name = format!("Face {}: {}", place + 1, key.name);
    let response = face.carried(ui, tile, &name, &key.latent);
    leaves_arrows(&response);
    if CarriedFace::chosen(&response)
        && DragAndDrop::payload::<CarriedFace>(ui.ctx())
            .is_none_or(|carried| carried.from == response.id)
    {
        actions.push(Action::Animate(AnimateAction::Select(place)));
    }
    let count = state.project.animation().keys.len();
    keys_and_menu(ui, &response, (place, key), (explorer, count), actions);
    let about = "Choose this key, and look at its face. Drag it onto another to put it there; let another face go here to take its place.";
    name_below(ui, state, (place, key), tile, actions);
    response
        .clone()
        .tip(with_keys(about, &[Place::KeyFace, Place::Face]));
    response
}

/// What can be done with a key by keys and in its menu.
fn keys_and_menu(
    ui: &Ui,
    response: &Response,
    (place, key): (usize, &KeyFace),
    (explorer, count): (&Explorer, usize),
    actions: &mut Vec<Action>,
) {
    let rename = || AnimateAction::EditName(Some((place, key.name.clone())));
    let changed = |change| AnimateAction::Change(change, None);
    let mut does = |action| actions.push(Action::Animate(action));
    if response.has_focus() {
        let by = Command::MoveKey.arrows(ui).x;
        if by != 0.0 {
            let to = (place as f32 + by).clamp(0.0, count.saturating_sub(1) as f32);
            does(changed(Change::Move(place, to as usize)));
        }
        if Command::RenameKey.pressed(ui) {
            does(rename());
        }
        if Command::DuplicateKey.pressed(ui) {
            does(changed(Change::Duplicate(place)));
        }
        if Command::DeleteKey.pressed(ui) {
            does(changed(Change::Delete(place)));
        }
    }
    menu(response, Some(&key.latent), actions, |ui, actions| {
        ui.separator();
        let current = explorer.state.pose().current.clone();
        let entries = [
            (
                "Replace by the current face",
                changed(Change::Face(place, key.name.clone(), current)),
            ),
            (Command::RenameKey.name(), rename()),
            (
                Command::DuplicateKey.name(),
                changed(Change::Duplicate(place)),
            ),
            (Command::DeleteKey.name(), changed(Change::Delete(place))),
        ];
        for (text, action) in entries {
            if ui.button(text).clicked() {
                actions.push(Action::Animate(action));
                ui.close();
            }
        }
    });
}

fn name_below(
    ui: &mut Ui,
    state: &AnimateState,
    (place, key): (usize, &KeyFace),
    tile: Rect,
    actions: &mut Vec<Action>,
) {
    let width = tile.width().max(64.0);
    let top = tile.bottom() + 4.0;
    let below = Rect::from_center_size(pos2(tile.center().x, top + 9.0), vec2(width, 20.0));
    let typed = state
        .controls
        .naming
        .as_ref()
        .filter(|typed| typed.0 == place);
    let builder = egui::UiBuilder::new()
        .max_rect(below)
        .id_salt(("key name", place))
        .layout(egui::Layout::top_down(egui::Align::Center));
    ui.scope_builder(builder, |ui| {
        let Some((_, text)) = typed else {
            let colour = palette(ui).muted;
            let text = RichText::new(&key.name).font(theme::small()).color(colour);
            ui.add(egui::Label::new(text).truncate());
            return;
        };
        let edit = |naming| Action::Animate(AnimateAction::EditName(naming));
        match typed_name(ui, text, "Name of the key") {
            Typed::Nothing => {}
            Typed::Changed(name) => actions.push(edit(Some((place, name)))),
            Typed::Emptied => actions.push(edit(None)),
            Typed::Done(name) => {
                actions.push(edit(None));
                if let Some(name) = name {
                    let change = Change::Rename(place, name);
                    actions.push(Action::Animate(AnimateAction::Change(change, None)));
                }
            }
        }
    });
}

/// A face that is let go over a key: another key takes its place in the order, any other face takes its place.
fn drops(tiles: &[(usize, Response)], keys: &[KeyFace], actions: &mut Vec<Action>) {
    for (place, response) in tiles {
        let carried = DragAndDrop::payload::<CarriedFace>(&response.ctx);
        let from = carried.and_then(|carried| {
            let mut tiles = tiles.iter();
            Some(tiles.find(|(_, tile)| tile.id == carried.from)?.0)
        });
        let Some(face) = CarriedFace::dropped_on(response) else {
            continue;
        };
        let change = match from {
            Some(from) => Change::Move(from, *place),
            None => {
                let name = keys
                    .get(*place)
                    .map_or_else(String::new, |key| key.name.clone());
                Change::Face(*place, name, face)
            }
        };
        actions.push(Action::Animate(AnimateAction::Change(change, None)));
    }
}
