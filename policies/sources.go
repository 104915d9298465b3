package policies

// SourcesText says what the letters in an entry's Source mean, wherever they are
// printed.
const SourcesText = "Sources: [V] read in the primary source or code; [S] a secondary source that quotes it; [M] textbook knowledge, not checked against a source."
