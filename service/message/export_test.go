package message

// GiveBack is giveBack, for a test of its condition alone.
var GiveBack = giveBack
