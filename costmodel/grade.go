package costmodel

// GradesText says what the grades of prices and of the values of platforms mean,
// wherever they are printed.
const GradesText = "Grades: A the provider's own documentation, price page or code; B its price interface as others read it, or a measurement repeated today; C a secondary source or an old measurement; U not verified, an assumption."
