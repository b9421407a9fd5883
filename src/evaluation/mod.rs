//! Measuring ourselves: judged sets, and later backtest and calibration.

pub mod judged;
