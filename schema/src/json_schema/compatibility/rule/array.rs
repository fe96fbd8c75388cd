//! Arrays, and positions of tuples that one of the two does not declare.

rules! {
    UNIQUE_ITEMS_ADDED Breaking [
        "Items must be unique and did not have to be.",
        "Data may repeat an item.",
        "Remove `uniqueItems`, or drop repetitions in the application.",
        "Keep `uniqueItems`: readers of the old schema reject repeated items.",
    ]
    UNIQUE_ITEMS_REMOVED Safe [
        "Items need not be unique any more.",
        "Everything that was valid stays valid.",
        "Nothing needs to be done for readers of old data.",
    ]
    ADDITIONAL_ITEMS_ADDED Safe [
        "The reader allows items that `additionalItems` forbade the writer.",
        "Shorter arrays are accepted as before.",
        "Nothing needs to be done for readers of old data.",
    ]
    ADDITIONAL_ITEMS_REMOVED Breaking [
        "`additionalItems` forbids the reader items that the writer allowed.",
        "The writer may have sent longer arrays; they are rejected.",
        "Leave further items allowed.",
        "Keep further items forbidden until every reader has the new schema.",
    ]
    ADDITIONAL_ITEMS_EXTENDED Safe [
        "`additionalItems` no longer checks further items.",
        "Everything that was valid stays valid.",
        "Nothing needs to be done for readers of old data.",
    ]
    ADDITIONAL_ITEMS_NARROWED Breaking [
        "`additionalItems` checks further items that the writer left unchecked.",
        "Further items may be anything; those that do not fit are rejected.",
        "Leave further items unchecked.",
        "Keep the schema of further items.",
    ]
    UNEVALUATED_ITEMS_ADDED Safe [
        "The reader allows items that `unevaluatedItems` forbade the writer.",
        "Shorter arrays are accepted as before.",
        "Nothing needs to be done for readers of old data.",
    ]
    UNEVALUATED_ITEMS_REMOVED Breaking [
        "`unevaluatedItems` forbids the reader items that the writer allowed.",
        "The writer may have sent longer arrays; they are rejected.",
        "Leave further items allowed.",
        "Keep further items forbidden until every reader has the new schema.",
    ]
    UNEVALUATED_ITEMS_EXTENDED Safe [
        "`unevaluatedItems` no longer checks further items.",
        "Everything that was valid stays valid.",
        "Nothing needs to be done for readers of old data.",
    ]
    UNEVALUATED_ITEMS_NARROWED Breaking [
        "`unevaluatedItems` checks further items that the writer left unchecked.",
        "Further items may be anything; those that do not fit are rejected.",
        "Leave further items unchecked.",
        "Keep the schema of further items.",
    ]
    ITEM_ADDED_TO_OPEN_CONTENT_MODEL Breaking [
        "A position is declared where the writer allowed any item.",
        "Longer arrays may hold anything at this position.",
        "Forbid further items from the first version on, or leave the position unchecked.",
        "Keep the position with its schema.",
    ]
    ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL Safe [
        "A position that accepts everything is declared.",
        "Whatever old data holds there is accepted.",
        "Nothing needs to be done for readers of old data.",
    ]
    ITEM_ADDED_TO_CLOSED_CONTENT_MODEL Safe [
        "A position is declared where the writer allowed no item.",
        "Old arrays are shorter.",
        "Nothing needs to be done for readers of old data.",
    ]
    ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL Safe [
        "A position is no longer declared, and the reader allows further items.",
        "The item is accepted unchecked.",
        "Nothing needs to be done for readers of old data.",
    ]
    ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL Safe [
        "A position that had to be empty is no longer declared.",
        "It was forbidden by its own schema and is forbidden now as a further item.",
        "Nothing needs to be done.",
    ]
    ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL Breaking [
        "A position is no longer declared, and the reader forbids further items.",
        "Arrays that have an item there are rejected.",
        "Keep the position, or allow further items.",
        "Leave the position out until every reader has the new schema.",
    ]
    ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Safe [
        "A position is no longer declared, and what the reader asks of further items accepts it.",
        "The item is accepted.",
        "Nothing needs to be done for readers of old data.",
    ]
    ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Breaking [
        "A position is no longer declared, and what the reader asks of further items does not accept it.",
        "Arrays that have an item there may be rejected.",
        "Keep the position, or accept its values as further items.",
        "Leave the position out until every reader has the new schema, or give it a schema that further items had.",
    ]
    ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Safe [
        "A position is declared that accepts what the writer allowed further items to be.",
        "The item is accepted.",
        "Nothing needs to be done for readers of old data.",
    ]
    ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Breaking [
        "A position is declared that does not accept what the writer allowed further items to be.",
        "Longer arrays may hold such an item at this position.",
        "Accept at this position all that was allowed.",
        "Keep the position with its schema.",
    ]
}
