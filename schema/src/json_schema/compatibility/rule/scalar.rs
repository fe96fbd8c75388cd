//! Strings and numbers, but for their bounds.

rules! {
    PATTERN_ADDED Breaking [
        "The reader has a `pattern` and the writer has none.",
        "The writer never had to match it, so its strings may be anything.",
        "Remove the pattern, or check it in the application for new data only.",
        "Keep the pattern: readers of the old schema reject what does not match it.",
    ]
    PATTERN_REMOVED Safe [
        "The `pattern` is gone.",
        "Every string that matched is still accepted.",
        "Nothing needs to be done for readers of old data.",
    ]
    PATTERN_CHANGED Breaking [
        "The `pattern` is not the same.",
        "Whether one regular expression accepts everything that another accepts is not decided: strings that match the writer's pattern may not match the reader's.",
        "Keep the old pattern as an alternative, `(old)|(new)` under `anyOf`, or remove it.",
        "Keep the pattern, or ask for a second one beside it with `allOf`.",
    ]
    MULTIPLE_OF_ADDED Breaking [
        "The reader has `multipleOf` and the writer has none.",
        "The writer may have written any number.",
        "Remove `multipleOf`, or check it in the application for new data only.",
        "Keep `multipleOf`: readers of the old schema reject other numbers.",
    ]
    MULTIPLE_OF_REMOVED Safe [
        "`multipleOf` is gone.",
        "Every number that was accepted still is.",
        "Nothing needs to be done for readers of old data.",
    ]
    MULTIPLE_OF_EXPANDED Breaking [
        "`multipleOf` is a multiple of the writer's.",
        "The steps became wider: some numbers that the writer could write lie between them.",
        "Keep the writer's `multipleOf`, or one that divides it.",
        "Keep `multipleOf`, or use a multiple of it.",
    ]
    MULTIPLE_OF_REDUCED Safe [
        "`multipleOf` divides the writer's.",
        "Every multiple of the old number is a multiple of the new one.",
        "Nothing needs to be done for readers of old data.",
    ]
    MULTIPLE_OF_CHANGED Breaking [
        "`multipleOf` neither divides the writer's nor is it the same.",
        "Most multiples of the writer's number are not multiples of the reader's.",
        "Use a number that divides the old one, such as their greatest common divisor.",
        "Keep `multipleOf`, or use a multiple of it.",
    ]
}
