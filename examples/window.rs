use clap::Parser;
use morphogan::config::TrainConfig;
use morphogan::ui::{Screen, WindowOptions, run};
#[derive(Parser)]
struct A {
    #[command(flatten)]
    config: TrainConfig,
    #[arg(long)]
    model: Option<std::path::PathBuf>,
    #[arg(long)]
    screen: Option<String>,
    #[arg(long)]
    screenshot: Option<std::path::PathBuf>,
    #[arg(long)]
    train_for: Option<f64>,
}
fn main() {
    let a = A::parse();
    let screen = a.screen.map(|s| {
        if s == "train" {
            Screen::Train
        } else {
            Screen::Explore
        }
    });
    if let Err(n) = run(WindowOptions {
        config: a.config,
        model: a.model,
        screen,
        screenshot: a.screenshot,
        train_for: a.train_for,
    }) {
        eprintln!("{n}");
        std::process::exit(1);
    }
}
