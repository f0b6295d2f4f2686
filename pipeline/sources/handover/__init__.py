"""Where one provider broke off and the next one goes on."""
