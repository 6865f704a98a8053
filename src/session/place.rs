//! What becomes of the folder of a run that is over.

use std::path::Path;

use super::Session;

impl Session {
    /// The folder of the run, which is over, has another name.
    pub fn moved(&mut self, to: &Path) {
        if let Some((_, model)) = &mut self.saved
            && let Some(name) = model.file_name()
        {
            *model = to.join(name);
        }
        if let Some(started) = &mut self.started {
            started.run = to.to_owned();
        }
    }

    /// The run, which is over, is gone; what was told stays.
    pub fn forget_run(&mut self) {
        let notices = std::mem::take(&mut self.notices);
        *self = Self::default();
        self.notices = notices;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::Notice;

    #[test]
    fn a_run_that_has_another_name_is_found_there_and_one_that_is_gone_leaves_what_was_told() {
        let mut session = Session::default();
        session.notices.post(Notice::info("The run has ended."));
        session.saved = Some((7, Path::new("runs/first/model.safetensors").to_owned()));
        session.moved(Path::new("runs/second"));
        let saved = session.saved.clone();
        let at = Path::new("runs/second/model.safetensors").to_owned();
        assert_eq!(saved, Some((7, at)));
        session
            .notices
            .post(Notice::info("The run is in the trash."));
        session.forget_run();
        assert_eq!(
            (session.saved.is_none(), session.notices.iter().count()),
            (true, 2)
        );
    }
}
