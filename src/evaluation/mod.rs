//! Measuring ourselves: judged sets, and later backtest and calibration.

pub mod annotated;
pub mod judged;
