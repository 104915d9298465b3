package hardware

// StepGrades explains the letter that stands at the step times of a profile.
const StepGrades = "Grades of step times: A each operation of this model, measured on this GPU; B kernels of any shape, measured on this GPU; " +
	"C the same, where a part was not measured and is derived; U a roofline: the board's bandwidth and arithmetic, nothing measured."

// DataGrades explains the letter that stands at what is said of a board, a model or
// an engine.
const DataGrades = "Grades of the data of boards, models and engines: A the maker's own text or file; B the maker's, by others who repeat it; " +
	"C fitted to a run, or from a secondary source; U not verified."
