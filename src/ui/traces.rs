//! Curves of what is measured now and then, with a step axis of their own.

use egui::{Color32, Id, RichText, Sense, Ui, vec2};
use egui_plot::{Line, LineStyle, PlotPoints, VLine};

use super::curves::{Chart, Curves, frame, round_up};
use super::theme::{self, palette};

/// One curve.
pub struct Trace {
    /// How it is called in the legend.
    pub name: &'static str,
    /// What it means, in one sentence.
    pub about: &'static str,
    /// Its colour.
    pub colour: Color32,
    /// Whether it is drawn with dashes: a level to compare with.
    pub dashed: bool,
    /// (step, value), in the order of the steps.
    pub points: Vec<[f64; 2]>,
}

impl Trace {
    /// The value at `step`, or the last one.
    fn read(&self, step: Option<f64>) -> Option<f64> {
        let place = match step {
            Some(step) => self
                .points
                .partition_point(|point| point[0] <= step)
                .saturating_sub(1),
            None => self.points.len().saturating_sub(1),
        };
        self.points.get(place).map(|point| point[1])
    }
}

impl Curves {
    /// As [`Curves::show`], for `traces`, over the same steps.
    pub fn show_traces(
        &self,
        ui: &mut Ui,
        group: Id,
        chart: &Chart<'_>,
        traces: &[Trace],
    ) -> Option<f64> {
        let before = ui.cursor().top();
        ui.horizontal(|ui| {
            ui.label(RichText::new(chart.title).font(theme::heading()))
                .on_hover_text(chart.about);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                for trace in traces.iter().rev() {
                    legend(ui, chart, trace, self.hovered());
                    ui.add_space(theme::TIGHT);
                }
            });
        });
        let header = ui.cursor().top() - before;
        let palette = palette(ui);
        let values = traces.iter().flat_map(|trace| &trace.points);
        let highest = values.map(|point| point[1]).fold(1e-3, f64::max);
        let (first, last) = self.steps();
        let top = chart.top.unwrap_or_else(|| round_up(1.1 * highest));
        let empty = traces.iter().all(|trace| trace.points.is_empty());
        let plot = frame(chart, (first, last, top), palette, empty)
            .height((chart.height - header).max(40.0))
            .link_axis(group, [true, false]);
        let response = plot.show(ui, |plot| {
            plot.set_plot_bounds_x(first..=last);
            plot.set_plot_bounds_y(-0.02 * top..=1.02 * top);
            self.draw_marks(plot, palette);
            for trace in traces {
                let style = if trace.dashed {
                    LineStyle::dashed_dense()
                } else {
                    LineStyle::Solid
                };
                let line = Line::new(trace.name, PlotPoints::from(trace.points.clone()));
                let line = line.color(trace.colour).width(1.5).style(style);
                plot.line(line.allow_hover(false));
            }
            if let Some(step) = self.hovered() {
                let mark = VLine::new("", step).color(palette.muted).width(1.0);
                plot.vline(mark.allow_hover(false));
            }
            plot.pointer_coordinate()
        });
        self.tell(response, (first, last))
    }
}

fn legend(ui: &mut Ui, chart: &Chart<'_>, trace: &Trace, hovered: Option<f64>) {
    let palette = palette(ui);
    if let Some(value) = trace.read(hovered) {
        let value = (chart.write)(value as f32);
        ui.label(RichText::new(value).color(palette.text))
            .on_hover_text(trace.about);
        ui.add_space(-theme::TIGHT);
    }
    ui.label(RichText::new(trace.name).color(palette.muted))
        .on_hover_text(trace.about);
    ui.add_space(-theme::TIGHT);
    let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
    if trace.dashed {
        let ring = egui::Stroke::new(1.5, trace.colour);
        ui.painter().circle_stroke(dot.center(), 3.2, ring);
    } else {
        ui.painter().circle_filled(dot.center(), 4.0, trace.colour);
    }
}
