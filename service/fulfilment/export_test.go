package fulfilment

// What the tests look at from outside.
var (
	Contents   = contents
	Masked     = masked
	ReturnsEnd = returnsEnd
)

// WithRights is the service with another word of after-sale.
func (s *Service) WithRights(r Rights) { s.rights = r }
