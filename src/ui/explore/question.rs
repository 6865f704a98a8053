//! What a model file of another program leaves open: all that it may mean, drawn beside each other, to choose from.

use std::path::PathBuf;

use egui::{Context, Id, Modal, Rect, RichText, Sense, Ui, vec2};

use crate::notice::Notice;
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::models::action::ModelsAction;
use crate::ui::theme::{self, palette};
use crate::ui::waker::waker;
use crate::ui::widgets::sheet::Sheet;
use crate::ui::widgets::{Button, Face, note};
use crate::worker::Job;
use crate::worker::Wall;
use crate::worker::jobs::model::{OpenQuestion, SHOWN_OF_ANSWER, draw_answers};

/// Side of a face.
const FACE: f32 = 76.0;

/// A question that is asked.
pub struct Asked {
    path: PathBuf,
    question: OpenQuestion,
    drawing: Option<Job<Vec<Result<Wall, Notice>>>>,
    /// Faces of each answer, or why there are none.
    drawn: Vec<Result<Sheet, Notice>>,
}

impl Asked {
    pub fn new(path: PathBuf, question: OpenQuestion, ctx: &Context) -> Self {
        let answers = question.choices.iter().map(|(_, answer)| answer.clone());
        let drawing = draw_answers(path.clone(), answers.collect(), waker(ctx));
        Self {
            path,
            question,
            drawing: Some(drawing),
            drawn: Vec::new(),
        }
    }

    pub fn tick(&mut self, ctx: &Context) {
        let Some(result) = self.drawing.as_ref().and_then(Job::poll) else {
            return;
        };
        self.drawing = None;
        let sheet = |wall| {
            let mut sheet = Sheet::new("answer");
            sheet.set(ctx, wall);
            sheet
        };
        self.drawn = match result {
            Ok(walls) => walls.into_iter().map(|wall| wall.map(sheet)).collect(),
            Err(notice) => vec![Err(notice)],
        };
    }
}

/// The question, until it is answered or put away.
pub fn show(ui: &Ui, asked: &Asked, actions: &mut Vec<Action>) {
    let modal = Modal::new(Id::unique("what a file leaves open")).show(ui.ctx(), |ui| {
        ui.set_width(SHOWN_OF_ANSWER as f32 * (FACE + theme::TIGHT) + 120.0);
        ui.label(RichText::new(asked.question.text).font(theme::title()));
        note(ui, asked.path.display().to_string());
        ui.add_space(theme::GAP);
        for (place, choice) in asked.question.choices.iter().enumerate() {
            one(ui, asked, (place, choice), actions);
        }
        let later = Button::new("Leave it open").quiet();
        let about =
            "What was assumed, the first, stays; the question comes again when the file is opened.";
        if ui.add(later.tip(about)).clicked() {
            actions.push(Action::Explore(ExploreAction::PutQuestionAway));
        }
    });
    if modal.should_close() {
        actions.push(Action::Explore(ExploreAction::PutQuestionAway));
    }
}

fn one(
    ui: &mut Ui,
    asked: &Asked,
    (place, (name, answer)): (usize, &(String, String)),
    actions: &mut Vec<Action>,
) {
    ui.label(RichText::new(name).font(theme::heading()));
    ui.horizontal(|ui| {
        let size = vec2(SHOWN_OF_ANSWER as f32 * (FACE + theme::TIGHT), FACE);
        let (area, _) = ui.allocate_exact_size(size, Sense::hover());
        match asked.drawn.get(place) {
            Some(Ok(sheet)) => {
                for face in 0..SHOWN_OF_ANSWER {
                    let corner = area.min + vec2(face as f32 * (FACE + theme::TIGHT), 0.0);
                    Face::new(sheet, face).paint(ui, Rect::from_min_size(corner, vec2(FACE, FACE)));
                }
            }
            Some(Err(notice)) => {
                let text = RichText::new(&notice.summary).color(palette(ui).red);
                ui.put(area, egui::Label::new(text).wrap());
            }
            None => {
                ui.put(area, egui::Spinner::new());
            }
        }
        let label = format!("Use {name}");
        let button = Button::new("Use this").name(&label);
        let button = if place == 0 { button.primary() } else { button };
        let response = ui.add(button.tip("Open the file this way, now and from now on."));
        if place == 0 && ui.memory(|memory| memory.focused().is_none()) {
            response.request_focus();
        }
        if response.clicked() {
            let answer = ModelsAction::Answer(asked.path.clone(), answer.clone());
            actions.push(Action::Models(answer));
        }
    });
    ui.add_space(theme::GAP);
}
