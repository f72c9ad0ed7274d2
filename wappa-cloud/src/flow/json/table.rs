//! Meta's components and what each has (Meta: *Flow JSON, Components*, version 7.3). A row is a property: its name, what it
//! is, and whether it must be there.

use crate::limits::{
    FLOW_BODY, FLOW_CAPTION, FLOW_DATE_ERROR, FLOW_DATE_LABEL, FLOW_DESCRIPTION, FLOW_ERROR, FLOW_FOOTER,
    FLOW_FOOTER_CAPTION, FLOW_GROUP_LABEL, FLOW_HEADING, FLOW_HELPER, FLOW_INPUT_LABEL, FLOW_LINK,
    FLOW_OPT_IN, FLOW_PICKER_LABEL,
};

/// A kind of component.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) properties: &'static [Property],
    /// How many of it a screen may have.
    pub(super) most: usize,
}

/// A property of a component.
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) need: Need,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Must,
    May,
}

/// What a property is. All but names, children, cases and actions may be expressions.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// So many characters, not blank.
    Text(usize),
    /// A text or a list of texts.
    Texts(usize),
    /// What the input is called where its value is used.
    Name,
    Flag,
    Number,
    Word(&'static [&'static str]),
    /// Items with id and title: the least and the most of them.
    Items(usize, usize),
    /// A list: the least and the most.
    List(usize, usize),
    /// An action: the names it may have.
    Action(&'static [&'static str]),
    /// A condition or value to decide by.
    Expression,
    Children,
    Cases,
    /// What Meta does not describe closely.
    Any,
}

use Shape::{Action, Any, Cases, Children, Expression, Flag, Items, List, Name, Number, Text, Texts, Word};

const fn must(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, need: Need::Must }
}

const fn may(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, need: Need::May }
}

/// As many as a screen holds.
pub(super) const COMPONENTS: usize = 50;
/// How deep conditions stand in each other.
pub(super) const DEPTH: usize = 3;

const CLICK: Shape = Action(&["navigate", "data_exchange", "complete", "open_url", "update_data"]);
const SELECT: Shape = Action(&["data_exchange", "update_data"]);
const UNSELECT: Shape = Action(&["update_data"]);
const WEIGHTS: Shape = Word(&["bold", "italic", "bold_italic", "normal"]);
const MEDIA_SIZE: Shape = Word(&["regular", "large"]);
const SCALE: Shape = Word(&["cover", "contain"]);
/// The label above an input, or larger.
const VARIANT: Shape = Word(&["large"]);
const URL_OR_CLICK: Shape = Action(&["navigate", "data_exchange", "open_url"]);

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "TextHeading",
        most: COMPONENTS,
        properties: &[must("text", Text(FLOW_HEADING.max)), may("visible", Flag)],
    },
    Kind {
        name: "TextSubheading",
        most: COMPONENTS,
        properties: &[must("text", Text(FLOW_HEADING.max)), may("visible", Flag)],
    },
    Kind {
        name: "TextBody",
        most: COMPONENTS,
        properties: &[
            must("text", Texts(FLOW_BODY.max)),
            may("font-weight", WEIGHTS),
            may("strikethrough", Flag),
            may("markdown", Flag),
            may("visible", Flag),
        ],
    },
    Kind {
        name: "TextCaption",
        most: COMPONENTS,
        properties: &[
            must("text", Texts(FLOW_CAPTION.max)),
            may("font-weight", WEIGHTS),
            may("strikethrough", Flag),
            may("markdown", Flag),
            may("visible", Flag),
        ],
    },
    Kind {
        name: "RichText",
        most: COMPONENTS,
        properties: &[must("text", Texts(usize::MAX)), may("visible", Flag)],
    },
    Kind {
        name: "TextInput",
        most: COMPONENTS,
        properties: &[
            must("name", Name),
            must("label", Text(FLOW_INPUT_LABEL.max)),
            may("label-variant", VARIANT),
            may("input-type", Word(&["text", "number", "email", "password", "passcode", "phone"])),
            may("pattern", Text(usize::MAX)),
            may("required", Flag),
            may("min-chars", Number),
            may("max-chars", Number),
            may("helper-text", Text(FLOW_HELPER.max)),
            may("error-message", Text(FLOW_ERROR.max)),
            may("init-value", Any),
            may("enabled", Flag),
            may("visible", Flag),
        ],
    },
    Kind {
        name: "TextArea",
        most: COMPONENTS,
        properties: &[
            must("name", Name),
            must("label", Text(FLOW_INPUT_LABEL.max)),
            may("label-variant", VARIANT),
            may("required", Flag),
            may("max-length", Number),
            may("helper-text", Text(FLOW_HELPER.max)),
            may("error-message", Text(FLOW_ERROR.max)),
            may("init-value", Any),
            may("enabled", Flag),
            may("visible", Flag),
        ],
    },
    Kind {
        name: "CheckboxGroup",
        most: COMPONENTS,
        properties: &[
            must("name", Name),
            must("label", Text(FLOW_GROUP_LABEL.max)),
            must("data-source", Items(1, 20)),
            may("description", Text(FLOW_DESCRIPTION.max)),
            may("min-selected-items", Number),
            may("max-selected-items", Number),
            may("required", Flag),
            may("error-message", Text(FLOW_ERROR.max)),
            may("init-value", Any),
            may("media-size", MEDIA_SIZE),
            may("enabled", Flag),
            may("visible", Flag),
            may("on-select-action", SELECT),
            may("on-unselect-action", UNSELECT),
        ],
    },
    Kind {
        name: "RadioButtonsGroup",
        most: COMPONENTS,
        properties: &[
            must("name", Name),
            must("label", Text(FLOW_GROUP_LABEL.max)),
            must("data-source", Items(1, 20)),
            may("description", Text(FLOW_DESCRIPTION.max)),
            may("required", Flag),
            may("error-message", Text(FLOW_ERROR.max)),
            may("init-value", Any),
            may("media-size", MEDIA_SIZE),
            may("enabled", Flag),
            may("visible", Flag),
            may("on-select-action", SELECT),
            may("on-unselect-action", UNSELECT),
        ],
    },
    Kind {
        name: "Dropdown",
        most: COMPONENTS,
        properties: &[
            must("name", Name),
            must("label", Text(FLOW_INPUT_LABEL.max)),
            must("data-source", Items(1, 200)),
            may("required", Flag),
            may("error-message", Text(FLOW_ERROR.max)),
            may("init-value", Any),
            may("enabled", Flag),
            may("visible", Flag),
            may("on-select-action", SELECT),
            may("on-unselect-action", UNSELECT),
        ],
    },
    Kind {
        name: "ChipsSelector",
        most: COMPONENTS,
        properties: &[
            must("name", Name),
            must("label", Text(FLOW_PICKER_LABEL.max)),
            must("data-source", Items(2, 20)),
            may("description", Text(FLOW_DESCRIPTION.max)),
            may("min-selected-items", Number),
            may("max-selected-items", Number),
            may("required", Flag),
            may("error-message", Text(FLOW_ERROR.max)),
            may("init-value", Any),
            may("enabled", Flag),
            may("visible", Flag),
            may("on-select-action", SELECT),
            may("on-unselect-action", UNSELECT),
        ],
    },
    Kind {
        name: "DatePicker",
        most: COMPONENTS,
        properties: &[
            must("name", Name),
            must("label", Text(FLOW_DATE_LABEL.max)),
            may("min-date", Any),
            may("max-date", Any),
            may("unavailable-dates", List(0, usize::MAX)),
            may("helper-text", Text(FLOW_HELPER.max)),
            may("required", Flag),
            may("error-message", Text(FLOW_DATE_ERROR.max)),
            may("init-value", Any),
            may("enabled", Flag),
            may("visible", Flag),
            may("on-select-action", Action(&["data_exchange"])),
        ],
    },
    Kind {
        name: "CalendarPicker",
        most: COMPONENTS,
        properties: &[
            must("name", Name),
            must("label", Any),
            may("title", Text(FLOW_PICKER_LABEL.max)),
            may("description", Text(FLOW_DESCRIPTION.max)),
            may("helper-text", Any),
            may("mode", Word(&["single", "range"])),
            may("min-date", Any),
            may("max-date", Any),
            may("unavailable-dates", List(0, usize::MAX)),
            may("include-days", List(0, 7)),
            may("min-days", Number),
            may("max-days", Number),
            may("required", Any),
            may("error-message", Any),
            may("init-value", Any),
            may("enabled", Flag),
            may("visible", Flag),
            may("on-select-action", Action(&["data_exchange"])),
        ],
    },
    Kind {
        name: "OptIn",
        most: 5,
        properties: &[
            must("name", Name),
            must("label", Text(FLOW_OPT_IN.max)),
            may("required", Flag),
            may("init-value", Any),
            may("visible", Flag),
            may("on-click-action", URL_OR_CLICK),
            may("on-select-action", UNSELECT),
            may("on-unselect-action", UNSELECT),
        ],
    },
    Kind {
        name: "EmbeddedLink",
        most: 2,
        properties: &[
            must("text", Text(FLOW_LINK.max)),
            must("on-click-action", CLICK),
            may("visible", Flag),
        ],
    },
    Kind {
        name: "Footer",
        most: 1,
        properties: &[
            must("label", Text(FLOW_FOOTER.max)),
            must("on-click-action", CLICK),
            may("left-caption", Text(FLOW_FOOTER_CAPTION.max)),
            may("center-caption", Text(FLOW_FOOTER_CAPTION.max)),
            may("right-caption", Text(FLOW_FOOTER_CAPTION.max)),
            may("enabled", Flag),
        ],
    },
    Kind {
        name: "Image",
        most: 3,
        properties: &[
            must("src", Text(usize::MAX)),
            may("width", Number),
            may("height", Number),
            may("scale-type", SCALE),
            may("aspect-ratio", Number),
            may("alt-text", Text(usize::MAX)),
            may("visible", Flag),
        ],
    },
    Kind {
        name: "ImageCarousel",
        most: 2,
        properties: &[
            must("images", List(1, 3)),
            may("aspect-ratio", Word(&["4:3", "16:9"])),
            may("scale-type", SCALE),
            may("visible", Flag),
        ],
    },
    Kind {
        name: "PhotoPicker",
        most: 1,
        properties: &[
            must("name", Name),
            must("label", Text(FLOW_PICKER_LABEL.max)),
            may("description", Text(FLOW_DESCRIPTION.max)),
            may("photo-source", Word(&["camera_gallery", "camera", "gallery"])),
            may("max-file-size-kb", Number),
            may("min-uploaded-photos", Number),
            may("max-uploaded-photos", Number),
            may("error-message", Any),
            may("enabled", Flag),
            may("visible", Flag),
        ],
    },
    Kind {
        name: "DocumentPicker",
        most: 1,
        properties: &[
            must("name", Name),
            must("label", Text(FLOW_PICKER_LABEL.max)),
            may("description", Text(FLOW_DESCRIPTION.max)),
            may("allowed-mime-types", List(1, usize::MAX)),
            may("max-file-size-kb", Number),
            may("min-uploaded-documents", Number),
            may("max-uploaded-documents", Number),
            may("error-message", Any),
            may("enabled", Flag),
            may("visible", Flag),
        ],
    },
    Kind {
        name: "NavigationList",
        most: 2,
        properties: &[
            must("name", Name),
            must("list-items", List(1, 20)),
            may("label", Text(FLOW_PICKER_LABEL.max)),
            may("description", Text(FLOW_DESCRIPTION.max)),
            may("media-size", MEDIA_SIZE),
            may("visible", Flag),
            may("on-click-action", Action(&["navigate", "data_exchange"])),
        ],
    },
    Kind {
        name: "If",
        most: COMPONENTS,
        properties: &[must("condition", Expression), must("then", Children), may("else", Children)],
    },
    Kind { name: "Switch", most: COMPONENTS, properties: &[must("value", Expression), must("cases", Cases)] },
    Kind {
        name: "Form",
        most: COMPONENTS,
        properties: &[
            must("name", Name),
            must("children", Children),
            may("init-values", Any),
            may("error-messages", Any),
        ],
    },
];

pub(super) fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}
