//! Two models as they are seen.

use egui::{ComboBox, Rect, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use super::action::{Choice, Mode, PairAction, Which};
use super::parts::asked;
use super::side::FACES;
use super::{Pair, choices, panel};
use crate::ui::action::Action;
use crate::ui::frame::commands::Command;
use crate::ui::models::row::one_line;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::sheet::Sheet;
use crate::ui::widgets::{Button, Face, Icon, Tip, leaves_space, segmented};

/// The fewest faces of a row where three rows stand below each other.
const IN_ROW: usize = 5;
/// Height of what stands above faces.
const LABEL: f32 = 22.0;

pub fn show(ui: &mut Ui, pair: &Pair, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    bar(ui, pair, actions);
    ui.add_space(theme::TIGHT);
    sides(ui, pair, shared, actions);
    ui.add_space(theme::GAP);
    let area = ui.available_rect_before_wrap().shrink2(vec2(4.0, 0.0));
    match pair.mode {
        Mode::Split => {
            let (left, right) = area.split_left_right_at_fraction(0.5);
            grid(
                ui,
                left.with_max_x(left.right() - theme::GAP),
                (pair, Which::A),
            );
            grid(
                ui,
                right.with_min_x(right.left() + theme::GAP),
                (pair, Which::B),
            );
        }
        Mode::Blink => {
            let which = if pair.flipped { Which::B } else { Which::A };
            grid(ui, area, (pair, which));
        }
        Mode::Blend => rows(ui, area, pair),
    }
}

/// What stands on the right.
pub fn beside(ui: &mut Ui, pair: &Pair, actions: &mut Vec<Action>) {
    match pair.mode {
        Mode::Blend => panel::show(ui, pair, actions),
        Mode::Split | Mode::Blink => panel::about(ui, pair),
    }
}

fn bar(ui: &mut Ui, pair: &Pair, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let back = Button::of(Command::LeavePair).cap();
        if ui.add(back).clicked() {
            actions.push(asked(PairAction::Close));
        }
        let choices = [
            (
                Mode::Split,
                "Side by side",
                "The same latents through both models, one beside the other.",
            ),
            (
                Mode::Blink,
                "Blink",
                "One model in the place of the other: what changes leaps to the eye.",
            ),
            (Mode::Blend, "Blend", "What lies between their weights."),
        ];
        let size = vec2(258.0, theme::CONTROL);
        if let Some(mode) = segmented(ui, Role::RadioButton, pair.mode, &choices, size) {
            actions.push(asked(PairAction::Mode(mode)));
        }
        let latents = Button::of(Command::NewLatents).quiet().cap();
        if ui.add(latents).clicked() {
            actions.push(asked(PairAction::NewLatents));
        }
        if pair.mode == Mode::Blink {
            let flip = ui.add(Button::of(Command::Blink).on(pair.flipped).cap());
            leaves_space(&flip);
            if flip.clicked() {
                actions.push(asked(PairAction::Flip));
            }
        }
    });
}

/// The models, each to be chosen.
fn sides(ui: &mut Ui, pair: &Pair, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let width = ((ui.available_width() - 130.0) / 2.0).clamp(120.0, 300.0);
        for which in [Which::A, Which::B] {
            ui.label(RichText::new(which.name()).font(theme::heading()));
            if let Some(choice) = model(ui, pair, (which, width), shared) {
                actions.push(asked(PairAction::Choose(which, choice)));
            }
            if which == Which::A {
                let swap = Button::icon_only(Icon::Swap, "Swap A and B");
                if ui.add(swap.tip("Let A and B change places.")).clicked() {
                    actions.push(asked(PairAction::Swap));
                }
            }
        }
    });
}

fn model(
    ui: &mut Ui,
    pair: &Pair,
    (which, width): (Which, f32),
    shared: &Shared<'_>,
) -> Option<Choice> {
    let side = pair.side(which);
    let name = format!("Model {}", which.name());
    let mut chosen = None;
    let shown = RichText::new(&side.choice.name);
    let combo = ComboBox::from_id_salt(&name)
        .width(width)
        .truncate()
        .selected_text(shown);
    let response = ui
        .name_inputs(&name, |ui| {
            combo.show_ui(ui, |ui| {
                ui.set_min_width(width);
                for choice in choices(&shared.models.list) {
                    let is_own = choice.path == side.choice.path;
                    if ui.selectable_label(is_own, &choice.name).clicked() && !is_own {
                        chosen = Some(choice);
                    }
                }
            })
        })
        .response;
    let about = "A model, or an earlier step of a run.";
    response.tip(format!("{about}\n{}", side.choice.path.display()));
    chosen
}

/// As large as fits.
fn grid(ui: &mut Ui, area: Rect, (pair, which): (&Pair, Which)) {
    let side = pair.side(which);
    let faces = label(ui, area, &format!("{}: {}", which.name(), side.choice.name));
    if let Some(notice) = &side.failed {
        let text = format!("{}\n{}", notice.summary, notice.details);
        ui.put(
            faces,
            egui::Label::new(RichText::new(text).color(palette(ui).red)).wrap(),
        );
        return;
    }
    let (columns, tile) = (1..=FACES)
        .map(|columns| {
            let rows = FACES.div_ceil(columns);
            let tile = (faces.width() / columns as f32).min(faces.height() / rows as f32);
            (columns, tile)
        })
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
        .unwrap_or((1, 8.0));
    for place in 0..FACES {
        let corner = vec2((place % columns) as f32, (place / columns) as f32) * tile;
        let rect = Rect::from_min_size(faces.min + corner, vec2(tile, tile)).shrink(3.0);
        face(
            ui,
            &side.sheet,
            (place, rect),
            &format!("{} face {}", which.name(), place + 1),
        );
    }
}

/// A, the blend and B below each other, so that each column is one latent.
fn rows(ui: &mut Ui, area: Rect, pair: &Pair) {
    // As large as the height allows, and as many as that leaves room for.
    let highest = (area.height() - 3.0 * LABEL) / 3.0;
    let count = (IN_ROW..FACES).find(|count| area.width() / *count as f32 <= highest);
    let count = count.unwrap_or(FACES);
    let tile = (area.width() / count as f32).min(highest);
    let rows: [(String, &Sheet, &str); 3] = [
        (format!("A: {}", pair.a.choice.name), &pair.a.sheet, "A"),
        ("Blend".to_owned(), pair.blended(), "Blend"),
        (format!("B: {}", pair.b.choice.name), &pair.b.sheet, "B"),
    ];
    for (row, (name, sheet, short)) in rows.iter().enumerate() {
        let top = area.top() + row as f32 * (tile + LABEL);
        let line = Rect::from_min_size(
            egui::pos2(area.left(), top),
            vec2(area.width(), tile + LABEL),
        );
        let faces = label(ui, line, name);
        if let (1, Some(_)) = (row, &pair.obstacle) {
            let text = RichText::new("These two cannot be blended.").color(palette(ui).muted);
            ui.put(
                faces.with_max_y(faces.top() + LABEL),
                egui::Label::new(text),
            );
            continue;
        }
        for place in 0..count {
            let corner = faces.min + vec2(place as f32 * tile, 0.0);
            let rect = Rect::from_min_size(corner, vec2(tile, tile)).shrink(2.0);
            face(
                ui,
                sheet,
                (place, rect),
                &format!("{short} face {}", place + 1),
            );
        }
    }
}

/// Says what stands below; gives what is left.
fn label(ui: &Ui, area: Rect, text: &str) -> Rect {
    let text = one_line(ui, text, (theme::heading(), palette(ui).text), area.width());
    ui.painter().galley(area.min, text, palette(ui).text);
    area.with_min_y(area.top() + LABEL)
}

fn face(ui: &Ui, sheet: &Sheet, (place, rect): (usize, Rect), name: &str) {
    let response = ui.interact(rect, ui.scope_id().with(name), Sense::hover());
    if sheet.count() > place {
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    }
    Face::new(sheet, place).paint(ui, rect);
}
