package fulfilment

// What the tests look at from outside.
var (
	Contents   = contents
	Masked     = masked
	ReturnsEnd = returnsEnd
)

// WithCases gives the service another word of after-sale.
func (s *Service) WithCases(c Cases) { s.cases = c }
