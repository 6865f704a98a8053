//! All models as tiles, as many as are in sight.

use egui::{
    Align, Layout, Rect, Response, Role, ScrollArea, Sense, Stroke, StrokeKind, TextEdit, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};

use super::row::{line_of, no_picture, one_line};
use super::state::PutAway;
use crate::ui::action::{Action, FrameAction};
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::models::action::ModelsAction;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, Icon, Tip, Typed, empty_state, focus_ring, note, typed_name};
use crate::worker::jobs::dialog::Pick;
use crate::worker::jobs::models::{KnownModel, ModelPlace};
use crate::worker::jobs::trash::CAN_TAKE_BACK;

/// The least width of a tile with the gap beside it: large where few models leave room for it.
const TILES: [f32; 3] = [196.0, 166.0, 140.0];
/// Height of what stands below its picture.
const BELOW: f32 = 40.0;
const HEADING: f32 = 34.0;

pub fn show(ui: &mut Ui, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let models = shared.models.list.matching(&shared.models.search);
    bar(ui, shared, models.len(), actions);
    put_away(ui, shared, actions);
    ui.add_space(theme::GAP);
    if models.is_empty() {
        nothing(ui, shared);
        return;
    }
    let width = ui.available_width() - 12.0;
    let room = ui.available_height();
    let [most @ .., smallest] = TILES;
    let mut lists = most.iter().map(|least| List::new(&models, width, *least));
    let fitting = lists.find(|list| list.whole <= room);
    let List { rows, side, whole } = fitting.unwrap_or_else(|| List::new(&models, width, smallest));
    let mut seen = Vec::new();
    ScrollArea::vertical()
        .auto_shrink(false)
        .show_viewport(ui, |ui, view| {
            ui.set_height(whole);
            let all = Rect::from_min_size(ui.max_rect().min, vec2(width, whole));
            let tiles = Tiles { shared, side };
            let mut top = 0.0;
            for row in &rows {
                let height = row.height(side);
                // One row beyond what is in sight, so that the keyboard can go there.
                if top + height > view.top() - side && top < view.bottom() + side {
                    let place = Rect::from_min_size(all.min + vec2(0.0, top), vec2(width, height));
                    tiles.row(ui, row, place, actions);
                    let in_sight = top + height > view.top() && top < view.bottom();
                    if let (Row::Models(models), true) = (row, in_sight) {
                        seen.extend(models.iter().map(|model| model.place.clone()));
                    }
                }
                top += height;
            }
        });
    // The card shows the one that is chosen, wherever the list is.
    seen.extend(
        shared
            .models
            .selected
            .clone()
            .filter(|selected| !seen.contains(selected)),
    );
    if seen != shared.models.seen {
        actions.push(Action::Models(ModelsAction::Seen(seen)));
    }
}

fn bar(ui: &mut Ui, shared: &Shared<'_>, count: usize, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let mut text = shared.models.search.clone();
        let field = TextEdit::singleline(&mut text)
            .hint_text("Search")
            .align(egui::Align2::LEFT_CENTER);
        let response = ui.add_sized(vec2(220.0, theme::CONTROL), field);
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_label("Search models"));
        let response = response.tip("Words of a name, of the pictures or of a path.");
        if response.changed() {
            actions.push(Action::Models(ModelsAction::Search(text)));
        }
        let open = Button::new("Open…").name("Open a model file");
        let about = "Choose a model file (.safetensors, .pth, .onnx) with the system's dialog, or drop files here.";
        if ui.add(open.tip(about)).clicked() {
            actions.push(Action::Frame(FrameAction::Browse(Pick::Model)));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(theme::GAP);
            note(ui, if count == 1 { "1 model".to_owned() } else { format!("{count} models") });
        });
    });
}

/// What was put away last can be brought back.
fn put_away(ui: &mut Ui, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let Some(away) = &shared.models.put_away else {
        return;
    };
    let (text, can_undo) = match away {
        PutAway::Forgotten(place) => (
            format!("{} is off the list; its file stays.", place.name()),
            true,
        ),
        PutAway::Trashed(trashed) => (
            format!("{} is in the trash.", trashed.place.name()),
            CAN_TAKE_BACK,
        ),
    };
    ui.add_space(theme::TIGHT);
    ui.horizontal(|ui| {
        ui.label(text);
        let undo = Button::new("Undo")
            .name("Bring it back")
            .small()
            .icon(Icon::Undo);
        if can_undo {
            let is_free = shared.models.moving.is_none();
            let undo = undo.tip("Put it back where it was.");
            if ui.add_enabled(is_free, undo).clicked() {
                actions.push(Action::Models(ModelsAction::Restore));
            }
        }
        let close = Button::icon_only(Icon::Close, "Put this away").small();
        if ui.add(close.tip("Put this note away.")).clicked() {
            actions.push(Action::Models(ModelsAction::KeepAway));
        }
    });
}

fn nothing(ui: &mut Ui, shared: &Shared<'_>) {
    let (title, hint) = match shared.models.search.trim() {
        "" => ("No models yet", "Train one, or open or drop a model file."),
        _ => (
            "No model has all these words",
            "Look for others, or empty the field.",
        ),
    };
    empty_state(ui, title, hint, |_| {});
}

/// A line of the list.
enum Row<'a> {
    Heading(&'static str),
    Models(Vec<&'a KnownModel>),
}

impl Row<'_> {
    fn height(&self, side: f32) -> f32 {
        match self {
            Self::Heading(_) => HEADING,
            Self::Models(_) => side + BELOW,
        }
    }
}

/// A heading, and what stands below it.
type Kind = (&'static str, fn(&ModelPlace) -> bool);

fn rows<'a>(models: &[&'a KnownModel], columns: usize) -> Vec<Row<'a>> {
    let kinds: [Kind; 3] = [
        ("Built in", |place| matches!(place, ModelPlace::Shipped(_))),
        ("Runs", |place| matches!(place, ModelPlace::Run(_))),
        ("Opened files", |place| matches!(place, ModelPlace::File(_))),
    ];
    let mut rows = Vec::new();
    for (heading, is_one) in kinds {
        let own = models.iter().copied().filter(|model| is_one(&model.place));
        let own: Vec<&KnownModel> = own.collect();
        if !own.is_empty() {
            rows.push(Row::Heading(heading));
            rows.extend(own.chunks(columns).map(|some| Row::Models(some.to_vec())));
        }
    }
    rows
}

/// All rows, with the side of their tiles and the height of all of them.
struct List<'a> {
    rows: Vec<Row<'a>>,
    side: f32,
    whole: f32,
}

impl<'a> List<'a> {
    fn new(models: &[&'a KnownModel], width: f32, least: f32) -> Self {
        let columns = ((width / least) as usize).max(1);
        let rows = rows(models, columns);
        let side = width / columns as f32;
        let whole = rows.iter().map(|row| row.height(side)).sum();
        Self { rows, side, whole }
    }
}

struct Tiles<'a> {
    shared: &'a Shared<'a>,
    side: f32,
}

impl Tiles<'_> {
    fn row(&self, ui: &mut Ui, row: &Row<'_>, place: Rect, actions: &mut Vec<Action>) {
        match row {
            Row::Heading(text) => {
                let text = one_line(
                    ui,
                    text,
                    (theme::heading(), palette(ui).text),
                    place.width(),
                );
                let corner = place.left_center() + vec2(theme::TIGHT, 2.0 - text.size().y / 2.0);
                ui.painter().galley(corner, text, palette(ui).text);
            }
            Row::Models(models) => {
                for (column, model) in models.iter().enumerate() {
                    let corner = place.min + vec2(column as f32 * self.side, 0.0);
                    let cell = Rect::from_min_size(corner, vec2(self.side, place.height()));
                    self.tile(ui, model, cell.shrink2(vec2(theme::TIGHT, 0.0)), actions);
                }
            }
        }
    }

    fn tile(&self, ui: &mut Ui, model: &KnownModel, cell: Rect, actions: &mut Vec<Action>) {
        let models = self.shared.models;
        let is_chosen = models.selected.as_ref() == Some(&model.place);
        let id = ui.scope_id().with(("model", model.place.path()));
        let response = ui.interact(cell.shrink2(vec2(0.0, 2.0)), id, Sense::click());
        response.widget_info(|| {
            WidgetInfo::selected(
                Role::Button,
                true,
                is_chosen,
                format!("Model {}", model.name),
            )
        });
        let square = Rect::from_min_size(cell.min, vec2(cell.width(), cell.width()));
        self.paint(ui, model, (square, &response), is_chosen);
        let below = Rect::from_min_max(square.left_bottom() + vec2(0.0, 3.0), cell.max);
        match &models.naming {
            Some((place, text)) if *place == model.place && !is_chosen => {
                self.naming(ui, model, (below, text), actions);
            }
            _ => self.words(ui, model, below),
        }
        if response.gained_focus() {
            response.scroll_to_me(None);
        }
        self.pressed(ui, model, (&response, is_chosen), actions);
    }

    fn paint(
        &self,
        ui: &Ui,
        model: &KnownModel,
        (square, response): (Rect, &Response),
        is_chosen: bool,
    ) {
        let models = self.shared.models;
        let is_there = models.thumbs.paint(ui.painter(), &model.place, square);
        if model.is_missing {
            no_picture(ui, square, "missing");
        } else if models.thumbs.failed(&model.place).is_some() {
            no_picture(ui, square, "cannot be read");
        } else if !is_there {
            no_picture(ui, square, "");
        }
        let palette = palette(ui);
        if is_chosen {
            let stroke = Stroke::new(2.0, palette.accent);
            ui.painter().rect_stroke(
                square.expand(2.0),
                theme::TILE_RADIUS + 2.0,
                stroke,
                StrokeKind::Inside,
            );
        } else if response.hovered() {
            let stroke = Stroke::new(1.5, palette.muted);
            ui.painter().rect_stroke(
                square.expand(1.5),
                theme::TILE_RADIUS + 1.5,
                stroke,
                StrokeKind::Inside,
            );
        }
        focus_ring(ui, response, square.expand(2.0));
    }

    fn words(&self, ui: &Ui, model: &KnownModel, below: Rect) {
        let palette = palette(ui);
        let dot = if self.shared.models.shown.as_ref() == Some(&model.place) {
            12.0
        } else {
            0.0
        };
        let name = one_line(
            ui,
            &model.name,
            (theme::body(), palette.text),
            below.width() - dot,
        );
        let line = line_of(model, None);
        let line = one_line(ui, &line, (theme::small(), palette.muted), below.width());
        let second = below.top() + name.size().y;
        if dot > 0.0 {
            let centre = pos2(below.left() + 4.0, below.top() + name.size().y / 2.0);
            ui.painter().circle_filled(centre, 3.0, palette.accent);
        }
        ui.painter()
            .galley(below.min + vec2(dot, 0.0), name, palette.text);
        ui.painter()
            .galley(pos2(below.left(), second), line, palette.muted);
    }

    fn naming(
        &self,
        ui: &mut Ui,
        model: &KnownModel,
        (below, text): (Rect, &str),
        actions: &mut Vec<Action>,
    ) {
        let builder = UiBuilder::new().max_rect(below).id_salt("name of a tile");
        ui.scope_builder(builder, |ui| rename_field(ui, model, text, actions));
    }

    fn pressed(
        &self,
        ui: &Ui,
        model: &KnownModel,
        (response, is_chosen): (&Response, bool),
        actions: &mut Vec<Action>,
    ) {
        let place = || model.place.clone();
        let open = || Action::Models(ModelsAction::Open(model.place.path()));
        if response.double_clicked() && !model.is_missing {
            actions.push(open());
        } else if response.clicked() {
            response.request_focus();
            match is_chosen
                && !model.is_missing
                && response.ctx.input(|input| !input.pointer.any_released())
            {
                // The key that chose it opens it when it is pressed again.
                true => actions.push(open()),
                false => actions.push(Action::Models(ModelsAction::Select(place()))),
            }
        }
        if response.has_focus() {
            if Command::RenameModel.pressed(ui) {
                let naming = Some((place(), model.name.clone()));
                actions.push(Action::Models(ModelsAction::Select(place())));
                actions.push(Action::Models(ModelsAction::EditName(naming)));
            }
            if Command::RemoveModel.pressed(ui) {
                actions.push(Action::Models(removal(model)));
            }
        }
        // Put together only for the one that is pointed at.
        response.clone().tip_ui(|ui| {
            const ABOUT: &str = "Press to see its card; press twice to explore it.";
            ui.label(match &model.place {
                ModelPlace::Shipped(_) => format!("It comes with the program.\n{ABOUT}"),
                place => {
                    let about = format!("{}\n{ABOUT}", place.path().display());
                    with_keys(&about, &[Place::ModelTile])
                }
            });
        });
    }
}

/// What it means to take a model away: a file that is gone leaves the list, others go into the trash.
pub fn removal(model: &KnownModel) -> ModelsAction {
    match (&model.place, model.is_missing) {
        (ModelPlace::File(_), true) => ModelsAction::Forget(model.place.clone()),
        _ => ModelsAction::Trash(model.place.clone()),
    }
}

/// The field for another name.
pub fn rename_field(ui: &mut Ui, model: &KnownModel, text: &str, actions: &mut Vec<Action>) {
    let place = model.place.clone();
    match typed_name(ui, text, "Name of the model") {
        Typed::Nothing => {}
        Typed::Changed(text) => {
            actions.push(Action::Models(ModelsAction::EditName(Some((place, text)))));
        }
        Typed::Done(Some(name)) => actions.push(Action::Models(ModelsAction::Rename(place, name))),
        // The name of its file again.
        Typed::Emptied => {
            let name = String::new();
            actions.push(Action::Models(ModelsAction::Rename(place, name)));
        }
        Typed::Done(None) => actions.push(Action::Models(ModelsAction::EditName(None))),
    }
}
