//! Schemas in the form in which a client asks for them.

use super::Engine;
use crate::core::answer::SchemaAnswer;
use crate::core::content::Content;
use crate::core::names::Context;
use crate::core::state::State;

/// The parameters `format` and `referenceFormat`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Presentation {
    /// `resolved` for Avro, `ignore_extensions` and `serialized` for Protobuf. Others are ignored, so that newer
    /// clients keep working.
    format: Option<Box<str>>,
    /// Whether references name the contexts of their subjects (`qualified`).
    qualified_references: bool,
}

impl Presentation {
    pub(crate) fn new(format: Option<&str>, qualified_references: bool) -> Self {
        let format = format.filter(|format| !matches!(*format, "" | "default"));
        Self { format: format.map(Into::into), qualified_references }
    }

    /// Whether a schema is shown in another form than the log has it, which takes a parser.
    pub(crate) fn reshapes(&self) -> bool {
        self.format.is_some()
    }
}

impl Engine {
    /// `answer`, which shows `content`, in the asked form.
    pub(crate) fn present(
        &self,
        state: &State,
        context: &Context,
        content: &Content,
        presentation: &Presentation,
        mut answer: SchemaAnswer,
    ) -> SchemaAnswer {
        if let Some(format) = presentation.format.as_deref()
            && let Ok(document) = self.stored(state, context, content)
            && let Some(text) = document.formatted(format)
        {
            answer.schema = Some(text.into());
        }
        if presentation.qualified_references {
            for reference in &mut answer.references {
                if let Ok(target) = reference.target(context) {
                    reference.subject = target.as_str().into();
                }
            }
        }
        answer
    }
}
