package logs

import "testing"

// Of restores of 300 and 100 ms the log says that 75 and 25 ms are billed, a quarter; of the
// third it says nothing, so that it is left out. What is billed beyond a restore is all of it.
func TestPartOfRestoresThatIsBilled(t *testing.T) {
	const report = "REPORT RequestId: r\tDuration: 100 ms\tBilled Duration: 175 ms\tMemory Size: 128 MB\t"
	for text, want := range map[string]float64{
		report + "Restore Duration: 300 ms\tBilled Restore Duration: 75 ms\t\n" +
			report + "Restore Duration: 100 ms\tBilled Restore Duration: 25 ms\t\n" +
			report + "Restore Duration: 900 ms\t\n": 0.25,
		report + "Restore Duration: 900 ms\t\n":                                0,
		report + "Restore Duration: 50 ms\tBilled Restore Duration: 75 ms\t\n": 1,
		report + "\n": 0,
	} {
		if got := one(t, read(t, "x", text, Options{})).RestoreTold.Part(); got != want {
			t.Errorf("%q: %v of it, want %v", text, got, want)
		}
	}
}
