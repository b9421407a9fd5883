//! Does the order hold if we weigh things otherwise, or know more? (methods §6)
