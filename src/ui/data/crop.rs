//! The crop editor: a picture as it was found, and the square that is cut out of it.

use egui::{
    Color32, ComboBox, CursorIcon, DragValue, Pos2, Rect, Response, RichText, Role, Sense, Stroke,
    StrokeKind, TextureId, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::square::{Part, Square};
use crate::config::{Crop, DataChoice};
use crate::ui::action::{Action, FrameAction};
use crate::ui::data::action::DataAction;
use crate::ui::data::editor::{Editor, Grip};
use crate::ui::data::state::DataScreen;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{
    Button, Tip, cut, ends, focus_ring, keeps_arrows, note, number, plain, row,
};

/// A press so near to a corner of the box takes hold of it.
const NEAR: f32 = 12.0;

pub fn show(ui: &mut Ui, state: &mut DataScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    heading(ui, state, shared, actions);
    ui.add_space(theme::TIGHT);
    let active = shared.session.state.is_active();
    let starter = shared.config.data == DataChoice::Starter;
    let before = shared.config.prepare.crop;
    let mut crop = before;
    ui.add_enabled_ui(!active, |ui| {
        preview(ui, &mut state.editor, &mut crop, !starter);
        ui.add_space(theme::TIGHT);
        if starter {
            note(
                ui,
                "Starter faces are drawn as squares: there is nothing to crop.",
            );
        } else {
            presets(ui, &mut crop);
            let found = state.editor.shown.as_ref().map(|s| s.original.found);
            numbers(ui, &mut crop, found);
        }
    });
    if crop != before {
        let mut config = shared.config.clone();
        config.prepare.crop = crop;
        actions.push(Action::Frame(FrameAction::Configure(Box::new(config))));
    }
}

/// The picture's name, and the way to its neighbours on the sheet.
fn heading(ui: &mut Ui, state: &DataScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let screen = &state;
    let shown = screen.editor.shown.as_ref().map(|shown| &shown.original);
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.label(RichText::new("Original").font(theme::heading()));
        let all = screen
            .scan
            .last(shared.config)
            .map_or(&[][..], |found| &found.shown);
        let here = shown.and_then(|o| all.iter().position(|&index| index == o.index));
        let next = here.and_then(|here| all.get(here + 1));
        let before = here.and_then(|here| all.get(here.checked_sub(1)?));
        let name = |ui: &mut Ui| {
            if let Some(original) = shown {
                let (across, down) = original.found;
                let text = RichText::new(short(&original.name)).color(palette(ui).muted);
                cut(
                    ui,
                    text,
                    format!("{}: {across}×{down} pixels", original.name),
                );
            }
        };
        ends(ui, name, |ui| {
            for (text, tip, index) in [
                (
                    "Back",
                    "The picture before it on the contact sheet.",
                    before,
                ),
                ("Next", "The next picture of the contact sheet.", next),
            ] {
                let button = Button::new(text).quiet().small().tip(tip);
                if ui.add_enabled(index.is_some(), button).clicked()
                    && let Some(&index) = index
                {
                    actions.push(Action::Data(DataAction::Original(index)));
                }
            }
        });
    });
}

/// A name without its folders.
fn short(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The picture with its box, to be dragged.
fn preview(ui: &mut Ui, editor: &mut Editor, crop: &mut Crop, editable: bool) {
    let height = (0.34 * ui.ctx().content_rect().height()).clamp(150.0, 280.0);
    let size = vec2(ui.available_width(), height);
    let sense = if editable {
        Sense::click_and_drag()
    } else {
        Sense::hover()
    };
    let (area, response) = ui.allocate_exact_size(size, sense);
    let palette = palette(ui);
    ui.painter()
        .rect_filled(area, theme::RADIUS, palette.ground);
    let Some(shown) = &editor.shown else {
        response.widget_info(|| WidgetInfo::labeled(Role::Image, false, "Original picture"));
        let hint = "The picture that is chosen on the contact sheet stands here, with the square that is cut out of it.";
        let room = area.width() - 2.0 * theme::WIDE;
        let hint = ui
            .painter()
            .layout(hint.to_owned(), theme::small(), palette.muted, room);
        ui.painter()
            .galley(area.center() - 0.5 * hint.size(), hint, palette.muted);
        return;
    };
    let picture = (shown.texture.id(), shown.original.found);
    if !editable {
        paint_picture(ui, fitted(area, picture.1), picture.0);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Original picture"));
        return;
    }
    boxed(ui, (area, &response), picture, &mut editor.grip, crop);
}

fn paint_picture(ui: &Ui, place: Rect, texture: TextureId) {
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(texture, place, whole, Color32::WHITE);
}

/// A picture of `found` pixels in the middle of `area`, with the box that is cut out of it, to be
/// dragged.
pub fn boxed(
    ui: &Ui,
    (area, response): (Rect, &Response),
    (texture, found): (TextureId, (u32, u32)),
    grip: &mut Option<Grip>,
    crop: &mut Crop,
) {
    let place = fitted(area, found);
    paint_picture(ui, place, texture);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, "Crop box"));
    let scale = place.width() / found.0.max(1) as f32;
    if let Some(square) = Square::of(*crop, found) {
        let moved = by_mouse(ui, response, grip, place, scale, square, found);
        let moved = moved.or_else(|| by_keys(ui, response, square, found));
        if let Some(moved) = moved {
            *crop = moved.to_crop(found);
        }
    }
    paint_box(ui, place, scale, Square::of(*crop, found));
    focus_ring(ui, response, place);
    let about = "Drag the box to move it, a corner to change its size.";
    response
        .clone()
        .tip_always(with_keys(about, &[Place::CropBox]));
}

/// The largest rectangle of the picture's shape in the middle of `area`.
fn fitted(area: Rect, (across, down): (u32, u32)) -> Rect {
    let (wide, high) = (across.max(1) as f32, down.max(1) as f32);
    let scale = (area.width() / wide).min(area.height() / high);
    Rect::from_center_size(area.center(), vec2(wide * scale, high * scale))
}

/// Where `square` lies in the window.
fn on_screen(place: Rect, scale: f32, square: Square) -> Rect {
    let corner = place.min + vec2(square.x as f32, square.y as f32) * scale;
    Rect::from_min_size(corner, Vec2::splat(square.side as f32 * scale))
}

fn part_at(frame: Rect, pointer: Pos2) -> Part {
    let near = |corner: Pos2| corner.distance(pointer) <= NEAR;
    for (right, bottom, corner) in [
        (false, false, frame.left_top()),
        (true, false, frame.right_top()),
        (false, true, frame.left_bottom()),
        (true, true, frame.right_bottom()),
    ] {
        if near(corner) {
            return Part::Corner { right, bottom };
        }
    }
    Part::Inside
}

fn by_mouse(
    ui: &Ui,
    response: &Response,
    grip: &mut Option<Grip>,
    place: Rect,
    scale: f32,
    square: Square,
    found: (u32, u32),
) -> Option<Square> {
    let frame = on_screen(place, scale, square);
    if let Some(pointer) = response.hover_pos() {
        let icon = match part_at(frame, pointer) {
            Part::Inside => CursorIcon::Grab,
            Part::Corner { right, bottom } if right == bottom => CursorIcon::ResizeNwSe,
            Part::Corner { .. } => CursorIcon::ResizeNeSw,
        };
        ui.set_cursor_icon(icon);
    }
    if response.drag_started() || response.clicked() {
        // The arrows go on where the mouse ends.
        response.request_focus();
    }
    if response.drag_started()
        && let Some(from) = ui.input(|input| input.pointer.press_origin())
    {
        let part = part_at(frame, from);
        *grip = Some(Grip { part, from, square });
    }
    if !response.dragged() {
        *grip = None;
        return None;
    }
    let (held, pointer) = ((*grip)?, response.interact_pointer_pos()?);
    let by = (pointer - held.from) / scale.max(1e-6);
    let by = (f64::from(by.x), f64::from(by.y));
    Some(held.square.moved(held.part, by, found))
}

fn by_keys(ui: &Ui, response: &Response, square: Square, found: (u32, u32)) -> Option<Square> {
    if !response.has_focus() {
        return None;
    }
    keeps_arrows(response);
    let way = 10.0 * Command::MoveBoxFar.arrows(ui) + Command::MoveBox.arrows(ui);
    let more = Command::GrowBox.presses(ui) as f64 - Command::ShrinkBox.presses(ui) as f64;
    if way == Vec2::ZERO && more == 0.0 {
        return None;
    }
    let way = (f64::from(way.x), f64::from(way.y));
    let moved = square.moved(Part::Inside, way, found);
    Some(if more == 0.0 {
        moved
    } else {
        // By two pixels, so that the middle stays where it is.
        moved.grown(2.0 * more, found)
    })
}

/// What is cut away lies in the shade.
fn paint_box(ui: &Ui, place: Rect, scale: f32, square: Option<Square>) {
    let palette = palette(ui);
    let shade = Color32::from_black_alpha(150);
    let painter = ui.painter().with_clip_rect(place);
    let Some(square) = square else {
        painter.rect_filled(place, 0.0, shade);
        return;
    };
    let frame = on_screen(place, scale, square);
    for dark in [
        Rect::from_min_max(place.min, pos2(place.right(), frame.top())),
        Rect::from_min_max(pos2(place.left(), frame.bottom()), place.max),
        Rect::from_min_max(pos2(place.left(), frame.top()), frame.left_bottom()),
        Rect::from_min_max(frame.right_top(), pos2(place.right(), frame.bottom())),
    ] {
        painter.rect_filled(dark, 0.0, shade);
    }
    let stroke = Stroke::new(1.5, palette.accent);
    painter.rect_stroke(frame, 0.0, stroke, StrokeKind::Inside);
    for corner in [
        frame.left_top(),
        frame.right_top(),
        frame.left_bottom(),
        frame.right_bottom(),
    ] {
        let handle = Rect::from_center_size(corner, Vec2::splat(9.0));
        painter.rect_filled(handle, 2.0, palette.accent);
    }
}

/// The kinds of square by their names.
fn presets(ui: &mut Ui, crop: &mut Crop) {
    const ALL: [(Crop, &str); 4] = [
        (Crop::Centre, "Centre"),
        (Crop::Top, "Top"),
        (Crop::Celeba148, "CelebA 148"),
        (Crop::Celeba108, "CelebA 108"),
    ];
    let about = "Which square is cut out of each picture: the largest in the middle or at the top, CelebA's usual ones, or a box that you drag (crop).";
    row(ui, "Square", about, |ui| {
        let name = ALL.iter().find(|(kind, _)| kind == crop);
        ComboBox::from_id_salt("square")
            .width(128.0)
            .selected_text(name.map_or("Box", |(_, name)| name))
            .show_ui(ui, |ui| {
                for (kind, name) in ALL {
                    ui.selectable_value(crop, kind, name);
                }
            });
    });
}

/// The box in numbers; typing any makes it a box.
fn numbers(ui: &mut Ui, crop: &mut Crop, found: Option<(u32, u32)>) {
    let Some((square, found)) = found.and_then(|found| Some((Square::of(*crop, found)?, found)))
    else {
        if matches!(crop, Crop::Box { .. }) {
            note(
                ui,
                "The box does not lie inside this picture, which is left out.",
            );
        }
        return;
    };
    let Crop::Box { x, y, side } = square.to_crop(found) else {
        return;
    };
    let mut typed = [x, y, side];
    let fields = [
        (
            "Left",
            "Left edge of the box, in pixels of the original.",
            found.0,
        ),
        (
            "Top",
            "Upper edge of the box, in pixels of the original.",
            found.1,
        ),
        (
            "Side",
            "Width and height of the box, in pixels of the original.",
            found.0.min(found.1),
        ),
    ];
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 2.0 * theme::GAP) / 3.0;
        for ((name, about, most), value) in fields.into_iter().zip(&mut typed) {
            let least = u32::from(name == "Side");
            let field = DragValue::new(value).prefix(format!("{name} "));
            let (size, range) = (
                vec2(width, theme::CONTROL),
                f64::from(least)..=f64::from(most),
            );
            ui.name_inputs(name, |ui| number(ui, size, field, range, plain))
                .tip(about);
        }
    });
    if typed != [x, y, side] {
        let [x, y, side] = typed.map(f64::from);
        *crop = Square { x, y, side }.to_crop(found);
    }
}
