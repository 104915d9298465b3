// Package endless runs on, eats memory, or waits for ever, where it is changed.
package endless

// Down counts down, one value at a time.
func Down(n int) (list []int) {
	values := make(chan int)
	go func() {
		for n > 0 {
			values <- n
			n--
		}
		close(values)
	}()
	for v := range values {
		list = append(list, v)
	}
	return list
}
