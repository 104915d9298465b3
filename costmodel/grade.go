package costmodel

// Grades explains the letter that stands at each price and at each value of a
// platform, wherever one is printed.
const Grades = "Grades of prices and of platforms' values: A the provider's own text or code; B its price list or interface, read or measured by others; " +
	"C a secondary source or an old measurement; U not verified: a price has no number, any other value is an assumption."
